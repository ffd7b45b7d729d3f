import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Cursor } from './ring.ts';
import { at, CountingCodec, createFanOutBench, message, TestSink, typing } from './testFanOut.ts';

test('events of one tick are encoded once, framed once per key, and written once to each sink', async () => {
  const { fanOut, push, attach } = createFanOutBench();
  const codec = new CountingCodec();
  const sinks = [...'aabbb'].map((key) => new TestSink(codec, key));
  for (const sink of sinks) attach(sink);
  push(typing);
  push({ type: 'presence', userCount: 2 });
  expect(sinks.flatMap(({ written }) => written)).toEqual([]);
  await immediate();
  expect(sinks.map(({ written }) => written)).toEqual(
    [...'aabbb'].map((key) => [`${key}/7:typing ${key}/7:presence `]),
  );
  expect(codec.encoded).toBe(2);
  expect(sinks.reduce((sum, { framed }) => sum + framed, 0)).toBe(4);
  expect(fanOut.size).toBe(5);
});

test('pending entries are written before the ring evicts them', () => {
  const { push, attach } = createFanOutBench(4);
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  for (let n = 0; n < 8; n += 1) push(typing);
  expect(sink.written).toHaveLength(2);
});

test('a batch too large for one write is split into several, each in its own tick', async () => {
  const { push, attach } = createFanOutBench();
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  for (let n = 0; n < 130; n += 1) push(typing);
  const lengths = () => sink.written.map((text) => text.split(' ').length - 1);
  await immediate();
  expect(lengths()).toEqual([64]);
  await immediate();
  expect(lengths()).toEqual([64, 64]);
  await immediate();
  expect(lengths()).toEqual([64, 64, 2]);
});

test('a message that changes while its batch waits is written as new, however many entries are between', async () => {
  const { push, attach } = createFanOutBench();
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  push({ type: 'message.created', message: { ...message, seq: 8, updatedSeq: 8 } }, 8);
  for (let n = 0; n < 70; n += 1) push(typing);
  push({ type: 'message.updated', message: { ...message, seq: 8, updatedSeq: 9, content: 'edited' } }, 9);
  await immediate();
  await immediate();
  expect(sink.written.join('').match(/message\.\w+/g)).toEqual(['message.created']);
});

test('data that may stay unsent for long holds only its own memory', async () => {
  const { push, attach } = createFanOutBench();
  const held: Uint8Array[] = [];
  const sink = new TestSink(new CountingCodec());
  const write = (bytes: Uint8Array) => held.push(bytes) > 0;
  attach(Object.assign(sink, { write }));
  attach(Object.assign(new TestSink(sink.codec), { write }), ({ type }) => type === 'presence');
  push(typing);
  await immediate();
  push(typing);
  push({ type: 'presence', userCount: 2 });
  await immediate();
  expect(held.map(({ byteLength }) => byteLength)).toEqual([13, 13, 28, 13]);
  for (const { buffer, byteLength } of held) expect(buffer.byteLength).toBe(byteLength);
});

test('nothing is written for an event that sends nothing', async () => {
  const { push, attach, fanOut } = createFanOutBench();
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  push({ type: 'user.left', user: typing.user, userCount: 1 });
  push({ type: 'member.left', userId: 'ann' });
  await immediate();
  expect(sink.written).toEqual([]);
  expect(fanOut.size).toBe(1);
});

test('a watcher that attaches while entries are pending does not receive them; earlier watchers receive them immediately', () => {
  const { push, attach } = createFanOutBench();
  const [early, late] = [new TestSink(new CountingCodec()), new TestSink(new CountingCodec())];
  attach(early);
  push(typing);
  attach(late);
  expect([early.written, late.written]).toEqual([['one/7:typing '], []]);
});

test('a watcher that is not up to date is not attached', async () => {
  const { fanOut, push, newWatcher } = createFanOutBench();
  push(typing);
  const sink = new TestSink(new CountingCodec());
  const watcher = newWatcher(sink, new Cursor(at(7), 0));
  await new Promise<void>((ended) => watcher.begin(ended));
  expect([fanOut.size, sink.written]).toEqual([0, []]);
});

import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  at,
  CountingCodec,
  changeOf,
  createFanOutBench,
  type NeedsSlowPath,
  raise,
  TestSink,
  typing,
} from './testFanOut.ts';

describe('detaching', () => {
  test('before an event that needs the slow path, after the earlier ones', async () => {
    const { ring, push, attach, fanOut } = createFanOutBench();
    const sink = new TestSink(new CountingCodec());
    const watcher = attach(sink, ({ type }) => type === 'presence');
    const other = new TestSink(sink.codec);
    attach(other);
    push(typing);
    push({ type: 'presence', userCount: 2 });
    push(typing);
    await immediate();
    expect(sink.written).toEqual(['one/7:typing ']);
    expect(watcher.isDetached).toBe(true);
    expect(watcher.cursor.next(ring)).toMatchObject({ event: { type: 'presence' } });
    expect(other.written).toEqual(['one/7:typing one/7:presence one/7:typing ']);
    expect(fanOut.size).toBe(1);
  });

  test.each([
    ['changes of messages with a later seq: not called', [changeOf(8), changeOf(9)], {}, 0],
    ['a change of a message with an earlier seq', [changeOf(8), changeOf(5)], {}, 1],
    ['another event among the changes', [changeOf(8), typing], {}, 1],
    ['changes after the time limit', [changeOf(8)], { fastPathUntil: 0 }, 1],
  ] as const)('the slow-path check is called only where needed: %s', async (_case, events, fastPath, asked) => {
    const { push, attach, fanOut } = createFanOutBench();
    const asks: unknown[] = [];
    const needsSlowPath: NeedsSlowPath = (event) => asks.push(event) > 0;
    attach(new TestSink(new CountingCodec()), needsSlowPath, {
      fastPathUntil: performance.now() + 60_000,
      fastPathAfterSeq: 7,
      ...fastPath,
    });
    for (const event of events) push(event, 'message' in event ? event.message.updatedSeq : null);
    await immediate();
    expect([asks.length, fanOut.size]).toEqual([asked, 1 - asked]);
  });

  test('when checking an event fails: only that watcher, with nothing written', async () => {
    const { push, attach, fanOut } = createFanOutBench();
    const [sink, other] = [new TestSink(new CountingCodec()), new TestSink(new CountingCodec())];
    const watcher = attach(sink, raise);
    attach(other);
    push(typing);
    await immediate();
    expect([sink.written, watcher.isDetached, fanOut.size]).toEqual([[], true, 1]);
    expect(other.written).toEqual(['one/7:typing ']);
  });

  test.each<[string, (sink: TestSink) => object]>([
    ['a full sink', (sink) => Object.assign(sink, { full: true })],
    ['a sink that throws', (sink) => Object.assign(sink, { write: raise })],
    ['a codec that throws', (sink) => Object.assign(sink.codec, { encode: raise })],
  ])('%s: with nothing written', async (_case, spoil) => {
    const { ring, push, attach, fanOut } = createFanOutBench();
    const sink = new TestSink(new CountingCodec());
    const watcher = attach(sink);
    spoil(sink);
    push(typing);
    await immediate();
    expect([sink.written, watcher.isDetached, fanOut.size]).toEqual([[], true, 0]);
    expect(watcher.cursor.next(ring)).toMatchObject({ event: typing });
  });

  test('within a batch too large for one write: after the part that was taken', async () => {
    const { ring, push, attach } = createFanOutBench();
    const sink = new TestSink({ encode: (_event, { seq }) => `${seq} `.padEnd(100 * 1024) });
    const watcher = attach(sink);
    const behind = attach(Object.assign(new TestSink(sink.codec), { full: true }));
    const filtered = new TestSink(sink.codec);
    attach(filtered, (event) => 'message' in event && event.message.seq === 11);
    const write = sink.write.bind(sink);
    sink.write = (bytes) => {
      const taken = write(bytes);
      sink.full = true;
      return taken;
    };
    for (let seq = 8; seq <= 12; seq += 1) push(changeOf(seq), seq);
    await immediate();
    const numbers = ({ written }: TestSink) => written.map((text) => text.match(/\d+/g));
    expect([numbers(sink), numbers(filtered)]).toEqual([[['8', '9']], [['8', '9'], ['10']]]);
    expect([watcher, behind].map(({ cursor }) => cursor.next(ring))).toMatchObject([
      { position: at(10) },
      { position: at(8) },
    ]);
  });

  test('when the watch ends: pending entries are not written any more', async () => {
    const { push, attach, fanOut, stop } = createFanOutBench();
    const sink = new TestSink(new CountingCodec());
    const watcher = attach(sink);
    push(typing);
    stop.abort();
    await immediate();
    expect([sink.written, watcher.isDetached, fanOut.size]).toEqual([[], true, 0]);
  });
});

import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { needsSlowPath as isSlow } from './batchWriter.ts';
import type { ChangeEvent } from './envelope.ts';
import { Cursor } from './ring.ts';
import { at, CountingCodec, changeOf, createFanOutBench, message, TestSink, typing } from './testFanOut.ts';

const created = (seq: number, content = 'Hello') =>
  ({ type: 'message.created', message: { ...message, seq, updatedSeq: seq, content } }) satisfies ChangeEvent;

/** A watcher that is up to date at number 7 and has every message up to 9. */
function setUp() {
  const bench = createFanOutBench();
  const sink = new TestSink(new CountingCodec());
  const needsSlowPath = vi.fn(() => false);
  const watcher = bench.newWatcher(sink, new Cursor(at(7), 0), needsSlowPath, {
    fastPathUntil: performance.now() + 60_000,
    fastPathAfterSeq: 9,
  });
  return { ...bench, sink, watcher, needsSlowPath };
}

test('has begun once it was given a function to call at its end', () => {
  const { watcher, fanOut } = setUp();
  expect(watcher.hasBegun).toBe(false);
  expect(fanOut.size).toBe(0);
  watcher.begin(() => {});
  expect(watcher.hasBegun).toBe(true);
  expect(fanOut.size).toBe(1);
});

test('is not attached if it was closed before, and ends at once', async () => {
  const { watcher, fanOut } = setUp();
  const onEnd = vi.fn();
  watcher.close();
  watcher.begin(onEnd);
  expect(fanOut.size).toBe(0);
  await immediate();
  expect(onEnd).toHaveBeenCalledOnce();
});

describe('the slow path', () => {
  test.each([
    ['the creation of a message that the watcher has', created(9), true],
    ['the creation of a later message', created(10), false],
    ['a change of a message that the watcher has', changeOf(9), false],
    ['an ephemeral event', typing, false],
  ])('for %s', (_case, event, expected) => {
    const { watcher, needsSlowPath } = setUp();
    const entry = { event, fromConnectionId: 'other', position: null };
    expect(isSlow(watcher, entry, 5)).toBe(expected);
    expect(needsSlowPath.mock.calls).toEqual(expected ? [] : [[event, 'other', 5]]);
  });

  test('delivers the creation of a message that the watcher received ahead of the feed', async () => {
    const { watcher, sink, push, fanOut } = setUp();
    watcher.begin(() => {});
    push(created(10), 10);
    push(created(9), 11);
    await immediate();
    expect(sink.written).toEqual(['one/10:message.created ']);
    expect(fanOut.size).toBe(0);
  });
});

test('a watcher that ends does not delay the pending events of the others', async () => {
  const { attach, push, newWatcher } = createFanOutBench();
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  const cursor = new Cursor(at(7), 0);
  const ending = newWatcher(new TestSink(sink.codec), cursor);
  ending.begin(() => {});
  push(typing);
  ending.close();
  await immediate();
  expect(sink.written).toEqual(['one/7:typing ']);
});

test('a text that was replaced in the written part of a batch is still unseen; one in the other part is not yet', async () => {
  const { ring, attach, push } = createFanOutBench();
  const watcher = attach(new TestSink(new CountingCodec()), ({ type }) => type === 'typing');
  const changed = (seq: number, by: number): ChangeEvent => {
    const { message: first } = created(seq);
    return {
      type: 'message.updated',
      message: { ...first, id: `changed ${seq}`, updatedSeq: by, content: 'replaced' },
    };
  };
  const first = (seq: number): ChangeEvent => ({
    ...created(seq),
    message: { ...created(seq).message, id: `changed ${seq}` },
  });
  push(first(8), 8);
  push(typing);
  push(first(9), 9);
  push(changed(8, 10), 10);
  push(changed(9, 11), 11);
  await immediate();
  const { cursor } = watcher;
  expect(watcher.isDetached).toBe(true);
  expect(cursor.seq).toBe(8);
  expect([cursor.takeUnseenAt(9), cursor.takeUnseenAt(8)]).toEqual([false, true]);
  expect(cursor.next(ring)).toMatchObject({ event: typing });
});

test('a message whose newest version is in the written part of a batch counts as seen: a later change does not create it again', async () => {
  const { ring, attach, push } = createFanOutBench();
  const sink = new TestSink(new CountingCodec());
  const { cursor } = attach(sink, ({ type }) => type === 'typing');
  const first = created(8);
  const edited = { ...first.message, updatedSeq: 9, content: 'Edited' };
  push(first, 8);
  push({ type: 'message.updated', message: edited }, 9);
  push(typing);
  push({ type: 'message.updated', message: { ...edited, updatedSeq: 10 } }, 10);
  await immediate();
  expect(sink.written).toEqual(['one/9:message.created ']);
  expect(cursor.next(ring)).toMatchObject({ event: typing });
  expect(cursor.next(ring)).toMatchObject({ position: at(10) });
  expect(cursor.takeUnseenAt(8)).toBe(false);
});

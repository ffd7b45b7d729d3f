import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FanOutWatcher } from './fanOutWatcher.ts';
import { Cursor } from './ring.ts';
import { at, CountingCodec, changeOf, createFanOutBench, raise, TestSink, typing } from './testFanOut.ts';
import type { Watcher } from './watcher.ts';

function open(fields: Partial<Watcher>) {
  const bench = createFanOutBench();
  const sink = new TestSink(new CountingCodec());
  const cursor = new Cursor(at(7), 0);
  cursor.moveTo(bench.ring.end, at(7));
  const watcher: Watcher = { history: 0, signals: [], ...fields };
  const fanOutWatcher = new FanOutWatcher({ watcher, sink, cursor, knownSeq: 0, fanOut: bench.fanOut });
  const state = { isDetached: false };
  fanOutWatcher.begin(() => {
    state.isDetached = true;
  });
  const other = new TestSink(sink.codec);
  bench.attach(other);
  return { ...bench, sink, other, cursor, state, fanOutWatcher };
}

const hidesPresence: Partial<Watcher> = { hasHidden: true, hides: ({ type }) => type === 'presence' };
const count = { type: 'presence', userCount: 2 } as const;

test('hidden events are left out, and the watcher stays attached', async () => {
  const { push, sink, other, state, fanOut } = open(hidesPresence);
  push(typing);
  push(count);
  push(typing);
  await immediate();
  push(count);
  await immediate();
  expect(sink.written).toEqual(['one/7:typing one/7:typing ']);
  expect(other.written).toEqual(['one/7:typing one/7:presence one/7:typing ', 'one/7:presence ']);
  expect([state.isDetached, fanOut.size]).toEqual([false, 2]);
});

test('hidden events before one that needs the slow path are passed by the cursor', async () => {
  const needsSlowPath = ({ type }: { type: string }) => type === 'message.updated';
  const { push, ring, sink, cursor, state } = open({ ...hidesPresence, needsSlowPath });
  push(count);
  push(typing);
  push(count);
  push(changeOf(8), 8);
  await immediate();
  expect(sink.written).toEqual(['one/7:typing ']);
  expect(state.isDetached).toBe(true);
  expect(cursor.next(ring)).toMatchObject({ event: { type: 'message.updated' } });
});

test('a hidden event does not need the slow path', async () => {
  const { push, state } = open({ ...hidesPresence, needsSlowPath: ({ type }) => type === 'presence' });
  push(count);
  await immediate();
  expect(state.isDetached).toBe(false);
});

test('a sink that is full detaches the watcher before the events that it did not take', async () => {
  const { push, ring, sink, cursor, state } = open(hidesPresence);
  sink.full = true;
  push(count);
  push(typing);
  await immediate();
  expect(state.isDetached).toBe(true);
  expect(cursor.next(ring)).toMatchObject({ event: count });
});

test('a check that fails detaches only that watcher, with nothing written', async () => {
  const { push, sink, other, state } = open({ hasHidden: true, hides: raise });
  push(typing);
  await immediate();
  expect([state.isDetached, sink.written, other.written]).toEqual([true, [], ['one/7:typing ']]);
});

test('watchers without hidden events are not asked', async () => {
  const { push, sink } = open({ hasHidden: false, hides: raise });
  push(typing);
  await immediate();
  expect(sink.written).toEqual(['one/7:typing ']);
});

import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FanOutWatcher } from './fanOutWatcher.ts';
import { Cursor } from './ring.ts';
import { at, CountingCodec, changeOf, createFanOutBench, message, raise, TestSink, typing } from './testFanOut.ts';
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

/** Events that the watcher hides; `typing` is by another user. */
const renamed = { type: 'user.renamed', user: { userId: 'bob', username: 'Bob' }, formerName: 'Rob' } as const;
const isOfBob: Watcher['hides'] = (event) =>
  event.type === 'user.renamed' || ('message' in event && event.message.userId === 'bob');
const hidesBob: Partial<Watcher> = { hiddenUsers: new Set(['bob', 'eve']), hides: isOfBob };
const fastPath = () => ({ fastPathUntil: performance.now() + 60_000 });
const ofBob = (seq: number) => ({ type: 'message.updated', message: { ...message, seq, userId: 'bob' } }) as const;

test('hidden events are left out, and the watcher stays attached', async () => {
  const { push, sink, other, state, fanOut } = open(hidesBob);
  push(typing);
  push(renamed);
  push(typing);
  await immediate();
  push(renamed);
  await immediate();
  expect(sink.written).toEqual(['one/7:typing one/7:typing ']);
  expect(other.written).toEqual(['one/7:typing one/7:user.renamed one/7:typing ', 'one/7:user.renamed ']);
  expect([state.isDetached, fanOut.size]).toEqual([false, 2]);
});

test('hidden events before one that needs the slow path are passed by the cursor', async () => {
  const needsSlowPath = ({ type }: { type: string }) => type === 'message.updated';
  const { push, ring, sink, cursor, state } = open({ ...hidesBob, needsSlowPath });
  push(renamed);
  push(typing);
  push(renamed);
  push(changeOf(8), 8);
  await immediate();
  expect(sink.written).toEqual(['one/7:typing ']);
  expect(state.isDetached).toBe(true);
  expect(cursor.next(ring)).toMatchObject({ event: { type: 'message.updated' } });
});

test('a hidden event does not need the slow path', async () => {
  const { push, state } = open({ ...hidesBob, needsSlowPath: ({ type }) => type === renamed.type });
  push(renamed);
  await immediate();
  expect(state.isDetached).toBe(false);
});

test('a sink that is full detaches the watcher before the events that it did not take', async () => {
  const { push, ring, sink, cursor, state } = open(hidesBob);
  sink.full = true;
  push(renamed);
  push(typing);
  await immediate();
  expect(state.isDetached).toBe(true);
  expect(cursor.next(ring)).toMatchObject({ event: renamed });
});

test('a check that fails detaches only that watcher, with nothing written', async () => {
  const { push, sink, other, state } = open({ ...hidesBob, hides: raise });
  push(renamed);
  await immediate();
  expect([state.isDetached, sink.written, other.written]).toEqual([true, [], ['one/7:user.renamed ']]);
});

test('a change of a hidden user is left out of the fast path, alone and among others', async () => {
  const { push, sink, state } = open({ ...hidesBob, ...fastPath() });
  push(ofBob(8), 8);
  await immediate();
  push(changeOf(9), 9);
  push(ofBob(10), 10);
  push(changeOf(11), 11);
  await immediate();
  expect(sink.written).toEqual(['one/9:message.updated one/11:message.updated ']);
  expect(state.isDetached).toBe(false);
});

test.each([
  ['no hidden users', {}],
  ['hidden users of whom there is no event', { hiddenUsers: new Set(['bob', 'eve']) }],
])('a watcher with %s is not asked about changes', async (_case, fields) => {
  const { push, sink, state } = open({ ...fields, ...fastPath(), hides: raise, needsSlowPath: raise });
  push(changeOf(8), 8);
  push(changeOf(9), 9);
  await immediate();
  expect(sink.written).toEqual(['one/8:message.updated one/9:message.updated ']);
  expect(state.isDetached).toBe(false);
});

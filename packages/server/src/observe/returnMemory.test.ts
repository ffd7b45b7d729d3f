import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { returnMemory } from './returnMemory.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MiB = 1_024 * 1_024;
const checkMs = 30_000;

/** A server with a heap of 100 MiB. A collection leaves `live` MiB. */
function setup() {
  const state = { heldMiB: 100, liveMiB: 100, sockets: 10, utilization: 0, collections: 0 };
  const logged: unknown[] = [];
  const log = pino(
    { level: 'debug', base: null, timestamp: false },
    { write: (line) => void logged.push(JSON.parse(line)) },
  );
  const heap = {
    heldBytes: () => state.heldMiB * MiB,
    utilization: () => state.utilization,
    collect: () => {
      state.collections += 1;
      state.heldMiB = state.liveMiB;
    },
  };
  returnMemory({ sockets: () => state.sockets, log, heap });
  const check = () => vi.advanceTimersByTime(checkMs);
  return { state, logged, check };
}

test('a heap that grew by 32 MiB is collected once, although no client left', () => {
  const { state, logged, check } = setup();
  Object.assign(state, { heldMiB: 131, liveMiB: 110 });
  check();
  expect(state.collections).toBe(0);
  state.heldMiB = 132;
  check();
  expect(state.collections).toBe(1);
  check();
  check();
  expect(state.collections).toBe(1);
  expect(logged).toMatchObject([{ beforeMiB: 132, afterMiB: 110, msg: expect.stringContaining('memory returned') }]);
});

test('memory that a collection leaves is in use: the next growth counts from there', () => {
  const { state, check } = setup();
  Object.assign(state, { heldMiB: 200, liveMiB: 190 });
  check();
  check();
  state.heldMiB = 221;
  check();
  expect(state.collections).toBe(1);
  state.heldMiB = 222;
  check();
  expect(state.collections).toBe(2);
});

test('growth counts from the least that the heap held', () => {
  const { state, check } = setup();
  state.heldMiB = 60; // V8 has collected by itself
  check();
  state.heldMiB = 92;
  check();
  expect(state.collections).toBe(1);
});

test('a busy server is not interrupted: the collection waits until it is idle', () => {
  const { state, check } = setup();
  Object.assign(state, { heldMiB: 200, utilization: 0.06 });
  check();
  check();
  expect(state.collections).toBe(0);
  state.utilization = 0.05;
  check();
  expect(state.collections).toBe(1);
});

test('a collection starts without growth after a thousand clients left, but not after fewer', () => {
  const { state, check } = setup();
  state.sockets = 5_000;
  check();
  state.sockets = 4_001;
  check();
  expect(state.collections).toBe(0);
  state.sockets = 4_000;
  check();
  check();
  expect(state.collections).toBe(1);
});

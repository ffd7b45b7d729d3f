import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { gatherWhileBusy } from './gatherWhileBusy.ts';

afterEach(() => void vi.useRealTimers());

/** A gather of 5 ms, whose timers fire only in `passes`. */
function setUp() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const gather = gatherWhileBusy(5);
  /** Begins to gather. `isOver` says whether it is over without a timer. */
  const begin = async () => {
    const state = { isOver: false };
    const over = gather().then(() => {
      state.isOver = true;
    });
    for (let tick = 0; tick < 3; tick += 1) await immediate();
    return { over, isOver: () => state.isOver };
  };
  return { begin, passes: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

test('two batches wait for no timer, the next ones for 5 ms each', async () => {
  const { begin, passes } = setUp();
  for (let n = 0; n < 2; n += 1) expect((await begin()).isOver()).toBe(true);
  for (let n = 0; n < 3; n += 1) {
    const { over, isOver } = await begin();
    await passes(4);
    expect(isOver()).toBe(false);
    await passes(1);
    await over;
  }
});

test('after 5 ms without a batch, the next two wait for no timer', async () => {
  const { begin, passes } = setUp();
  await begin();
  await begin();
  const { over } = await begin();
  await passes(5);
  await over;
  await passes(5);
  for (let n = 0; n < 2; n += 1) expect((await begin()).isOver()).toBe(true);
  expect((await begin()).isOver()).toBe(false);
});

test('batches that are 5 ms apart wait for no timer', async () => {
  const { begin, passes } = setUp();
  for (let n = 0; n < 5; n += 1) {
    expect((await begin()).isOver()).toBe(true);
    await passes(5);
  }
});

import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { gatherWhileBusy } from './gatherWhileBusy.ts';

afterEach(() => void vi.useRealTimers());

/** A gather of 5 ms, whose timers fire only in `advance`. */
function setUp() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const gather = gatherWhileBusy(5);
  /** Begins to gather. Without a timer, `isDone` returns true when `begin` resolves. */
  const begin = async () => {
    const state = { isDone: false };
    const done = gather().then(() => {
      state.isDone = true;
    });
    for (let tick = 0; tick < 3; tick += 1) await immediate();
    return { done, isDone: () => state.isDone };
  };
  return { begin, advance: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

test('two batches wait for no timer, the next ones for 5 ms each', async () => {
  const { begin, advance } = setUp();
  for (let n = 0; n < 2; n += 1) expect((await begin()).isDone()).toBe(true);
  for (let n = 0; n < 3; n += 1) {
    const { done, isDone } = await begin();
    await advance(4);
    expect(isDone()).toBe(false);
    await advance(1);
    await done;
  }
});

test('after 5 ms without a batch, the next two wait for no timer', async () => {
  const { begin, advance } = setUp();
  await begin();
  await begin();
  const { done } = await begin();
  await advance(5);
  await done;
  await advance(5);
  for (let n = 0; n < 2; n += 1) expect((await begin()).isDone()).toBe(true);
  expect((await begin()).isDone()).toBe(false);
});

test('batches that are 5 ms apart wait for no timer', async () => {
  const { begin, advance } = setUp();
  for (let n = 0; n < 5; n += 1) {
    expect((await begin()).isDone()).toBe(true);
    await advance(5);
  }
});

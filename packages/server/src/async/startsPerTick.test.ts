import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StartsPerTick } from './startsPerTick.ts';

test('16 calls may begin in a tick, and 16 in each of the next', async () => {
  const starts = new StartsPerTick();
  const waits = Array.from({ length: 50 }, () => starts.take());
  expect(waits.filter((wait) => wait === undefined)).toHaveLength(16);
  const begun: number[] = [];
  for (const [n, wait] of waits.entries()) void wait?.then(() => begun.push(n));
  for (const end of [32, 48, 50]) {
    await immediate();
    expect(begun).toEqual(Array.from({ length: end - 16 }, (_, n) => 16 + n));
  }
  expect(starts.take()).toBe(undefined);
});

test('a few calls per tick are always allowed', async () => {
  const starts = new StartsPerTick();
  for (let tick = 0; tick < 100; tick += 1) {
    expect([starts.take(), starts.take(), starts.take()]).toEqual([undefined, undefined, undefined]);
    await immediate();
  }
});

test('a queue that asks for one start after another does not keep another queue waiting', async () => {
  const starts = new StartsPerTick();
  const begun = { greedy: 0, modest: 0 };
  const run = async (queue: keyof typeof begun, count: number) => {
    for (let n = 0; n < count; n += 1) {
      await starts.take();
      begun[queue] += 1;
    }
  };
  const all = [run('greedy', 1_000), run('greedy', 1_000)];
  await immediate();
  all.push(run('modest', 3));
  for (let tick = 0; tick < 4; tick += 1) await immediate();
  expect(begun.modest).toBe(3);
  expect(begun.greedy).toBeLessThan(100);
  await Promise.all(all);
});

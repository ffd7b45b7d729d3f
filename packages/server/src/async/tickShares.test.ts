import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TickShares } from './tickShares.ts';

/** Starts `count` steps. Resolves to the number completed after each tick, until all are. */
async function stepsByTick(count: number, part: number): Promise<number[]> {
  const tickShares = new TickShares();
  let done = 0;
  const counts: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const wait = tickShares.acquire(part);
    if (wait === undefined) done += 1;
    else void wait.then(() => (done += 1));
  }
  while (done < count) {
    counts.push(done);
    await immediate();
  }
  return counts;
}

test('a tick starts as much work as fills it, and the rest moves to the next ones', async () => {
  expect(await stepsByTick(10, 1 / 4)).toEqual([4, 8]);
  expect(await stepsByTick(3, 1)).toEqual([1, 2]);
  expect(await stepsByTick(100, 0)).toEqual([32, 64, 96]);
});

test('steps of many watchers run in order, a few per tick', async () => {
  const tickShares = new TickShares();
  const done: number[] = [];
  for (let n = 0; n < 100; n += 1) tickShares.run(() => done.push(n));
  expect(done).toEqual([]);
  await Promise.resolve();
  expect(done).toHaveLength(32);
  for (let n = 0; n < 3; n += 1) await immediate();
  expect(done).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test('a request for a later tick lets others start first', async () => {
  const tickShares = new TickShares();
  const done: string[] = [];
  void tickShares.acquireLater().then(() => done.push('later'));
  void tickShares.acquire(1)?.then(() => done.push('after that'));
  await Promise.resolve();
  expect(done).toEqual([]);
  await immediate();
  expect(done).toEqual(['later']);
  await immediate();
  expect(done).toEqual(['later', 'after that']);
  expect(tickShares.acquire(1)).toBeInstanceOf(Promise);
  await immediate();
  await immediate();
  expect(tickShares.acquire(1)).toBeUndefined();
});

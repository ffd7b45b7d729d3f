import { expect, test } from 'vitest';
import { forEachInBatches, inBatches } from './batches.ts';

async function* numbers(count: number) {
  for (let i = 1; i <= count; i += 1) yield i;
}

test.each([
  [0, []],
  [2, [[1, 2]]],
  [3, [[1, 2, 3]]],
  [7, [[1, 2, 3], [4, 5, 6], [7]]],
])('%i items in threes', async (count, batches) => {
  expect(await Array.fromAsync(inBatches(numbers(count), 3))).toEqual(batches);
});

test('reads no items beyond the batch', async () => {
  let asked = 0;
  const items = async function* () {
    for (;;) {
      asked += 1;
      yield asked;
    }
  };
  for await (const _ of inBatches(items(), 3)) break;
  expect(asked).toBe(3);
});

test('runs a task for each item, a bounded number concurrently', async () => {
  const ran: number[] = [];
  let running = 0;
  let most = 0;
  await forEachInBatches(new Set([1, 2, 3, 4, 5, 6, 7]), 3, async (n) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    ran.push(n);
    running -= 1;
  });
  expect([ran, most]).toEqual([[1, 2, 3, 4, 5, 6, 7], 3]);
});

test('rejects after the batch of a task that rejects', async () => {
  const begun: number[] = [];
  const task = async (n: number) => {
    begun.push(n);
    if (n === 3) throw new Error('three');
  };
  await expect(forEachInBatches([1, 2, 3, 4, 5], 2, task)).rejects.toThrow('three');
  expect(begun).toEqual([1, 2, 3, 4]);
});

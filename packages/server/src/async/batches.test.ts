import { expect, test } from 'vitest';
import { forEachInBatches, inBatches, readAhead } from './batches.ts';

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

test('reads one item ahead', async () => {
  let asked = 0;
  let isClosed = false;
  const items = async function* () {
    try {
      for (; asked < 5; ) {
        asked += 1;
        yield asked;
      }
    } finally {
      isClosed = true;
    }
  };
  for await (const item of readAhead(items())) {
    await Promise.resolve();
    expect(asked).toBe(Math.min(item + 1, 5));
    if (item === 3) break;
  }
  expect(isClosed).toBe(true);
  expect(await Array.fromAsync(readAhead(numbers(4)))).toEqual([1, 2, 3, 4]);
});

test('a failure to read ahead is reported when the item is reached, and only then', async () => {
  const items = async function* () {
    yield 1;
    throw new Error('unreadable');
  };
  const seen: number[] = [];
  const read = async () => {
    for await (const item of readAhead(items())) {
      seen.push(item);
      await new Promise(setImmediate);
    }
  };
  await expect(read()).rejects.toThrow('unreadable');
  expect(seen).toEqual([1]);
  for await (const _ of readAhead(items())) {
    await new Promise(setImmediate);
    break;
  }
});

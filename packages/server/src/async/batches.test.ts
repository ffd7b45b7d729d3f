import { expect, test } from 'vitest';
import { inBatches } from './batches.ts';

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

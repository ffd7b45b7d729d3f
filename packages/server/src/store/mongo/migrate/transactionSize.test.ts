import { expect, test } from 'vitest';
import { TransactionSize } from './transactionSize.ts';

test('a transaction is halved after a conflict, down to one message, and grows again after ten that succeed', () => {
  const size = new TransactionSize(500);
  const sizes: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    size.onConflict(size.current);
    sizes.push(size.current);
  }
  expect(sizes).toEqual([250, 125, 63, 32, 16, 8, 4, 2, 1, 1]);
  for (let n = 0; n < 9; n += 1) size.onSuccess();
  expect(size.current).toBe(1);
  size.onSuccess();
  expect(size.current).toBe(2);
  for (let n = 0; n < 90; n += 1) size.onSuccess();
  expect(size.current).toBe(500);
});

test('successes before a conflict do not count, and a small transaction is halved by its own size', () => {
  const size = new TransactionSize(500);
  for (let n = 0; n < 9; n += 1) size.onSuccess();
  size.onConflict(20);
  size.onSuccess();
  expect(size.current).toBe(10);
});

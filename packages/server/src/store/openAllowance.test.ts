import { expect, test } from 'vitest';
import { OpenAllowance } from './openAllowance.ts';

const max = 1_000;

/** Adds items until the limit refuses one. Each of the instances counts what all of them added. */
function fill(instances: number, max: number) {
  const allowances = Array.from({ length: instances }, () => new OpenAllowance());
  let [open, counts] = [0, 0];
  for (let n = 0; ; n += 1) {
    const allowance = allowances[n % instances];
    if (!allowance?.take('open')) {
      counts += 1;
      if (open >= max) return { open, counts };
      allowance?.noteCount('open', max - open);
    }
    open += 1;
  }
}

test('one instance reaches the limit exactly, and rarely counts while much is free', () => {
  expect(fill(1, max)).toMatchObject({ open: max });
  expect(fill(1, 100_000).counts).toBeLessThan(1_500);
});

test('several instances hardly exceed it', () => {
  expect(fill(8, max).open).toBeLessThanOrEqual(max + 8);
});

test('limits are separate', () => {
  const allowance = new OpenAllowance();
  allowance.noteCount('reports', 500);
  expect(allowance.take('held')).toBe(false);
  expect(allowance.take('reports')).toBe(true);
});

import { expect, test } from 'vitest';
import { RefusalPenalty } from './refusalPenalty.ts';

const refusals = (penalty: RefusalPenalty, count: number, at: (n: number) => number) =>
  Array.from({ length: count }, (_, n) => penalty.pauseAfterRefusal(at(n)));

test('16 refusals at once, and 10 a second after that, have no consequence', () => {
  const penalty = new RefusalPenalty();
  expect(refusals(penalty, 16, () => 5_000)).toEqual(Array(16).fill(0));
  expect(refusals(penalty, 100, (n) => 5_100 + n * 100)).toEqual(Array(100).fill(0));
});

test('each further refusal costs 100 ms, up to a second, and one pause is in progress at a time', () => {
  const penalty = new RefusalPenalty();
  refusals(penalty, 16, () => 0);
  expect([penalty.pauseAfterRefusal(0), penalty.pauseAfterRefusal(0), penalty.pauseAfterRefusal(99)]).toEqual([
    100, 0, 0,
  ]);
  expect(penalty.pauseAfterRefusal(100)).toBe(300);
  refusals(penalty, 1_000, () => 399);
  expect(penalty.pauseAfterRefusal(400)).toBe(1_000);
});

test('refusals are forgotten', () => {
  const penalty = new RefusalPenalty();
  refusals(penalty, 1_000, () => 0);
  expect(refusals(penalty, 16, () => 2_600)).toEqual(Array(16).fill(0));
  expect(penalty.pauseAfterRefusal(2_600)).toBe(100);
});

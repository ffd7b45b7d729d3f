import { expect, test } from 'vitest';
import { ringPath } from './landPath.ts';

const xs = (path: string) => [...path.matchAll(/(-?\d+) -?\d+/g)].map(([, x]) => Number(x));

test('a square where it is', () =>
  expect(
    ringPath(
      [
        [0, 0],
        [90, 0],
        [90, -10],
        [0, 0],
      ],
      360,
    ),
  ).toBe('M180 180L270 180L270 190L180 180Z'));

test('land across the antimeridian continues beyond the edge', () => {
  const path = ringPath(
    [
      [170, 60],
      [-170, 60],
      [-170, 70],
      [170, 70],
      [170, 60],
    ],
    360,
  );
  expect(xs(path)).toEqual([350, 370, 370, 350, 350]);
});

test('land around a pole reaches the edge of the map', () => {
  const path = ringPath(
    [
      [-120, -70],
      [0, -70],
      [120, -70],
      [-120, -70],
    ],
    360,
  );
  expect(path.endsWith('L420 360L60 360Z')).toBe(true);
});

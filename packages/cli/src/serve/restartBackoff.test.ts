import { expect, test } from 'vitest';
import { RestartBackoff } from './restartBackoff.ts';

test('a worker is replaced at once; repeated early exits increase the delay', () => {
  const pause = new RestartBackoff();
  expect([...Array(8)].map(() => pause.after(100))).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('a worker that lived long enough resets the delay', () => {
  const pause = new RestartBackoff();
  for (let i = 0; i < 5; i += 1) pause.after(100);
  expect(pause.after(60_000)).toBe(0);
  expect(pause.after(100)).toBe(1_000);
});

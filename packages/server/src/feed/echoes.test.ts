import { expect, test } from 'vitest';
import { Echoes } from './echoes.ts';

const counted = (userCount: number) => ({ event: { type: 'presence', userCount } as const, from: 'here' });

test('gives what was published as a payload, once', () => {
  const echoes = new Echoes();
  echoes.add('one', counted(1));
  expect(echoes.take('other')).toBe(undefined);
  expect(echoes.take('one')).toEqual(counted(1));
  expect(echoes.take('one')).toBe(undefined);
});

test('what the broker passed over is forgotten', () => {
  const echoes = new Echoes();
  for (const [n, payload] of ['one', 'two', 'three'].entries()) echoes.add(payload, counted(n));
  expect(echoes.take('two')).toEqual(counted(1));
  expect(echoes.take('one')).toBe(undefined);
  expect(echoes.take('three')).toEqual(counted(2));
});

test('memory is bounded when the broker brings nothing back', () => {
  const echoes = new Echoes();
  for (let n = 0; n < 10_000; n += 1) echoes.add(`${n}`, counted(n));
  expect(echoes.size).toBeLessThanOrEqual(256);
  expect(echoes.take('9999')).toEqual(counted(9_999));
});

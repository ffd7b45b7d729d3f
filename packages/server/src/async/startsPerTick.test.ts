import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StartsPerTick } from './startsPerTick.ts';

const taken = (startsPerTick: StartsPerTick, count: number) =>
  Array.from({ length: count }, () => startsPerTick.take()).filter(Boolean).length;

test('16 calls may begin in a tick, and 16 in the next', async () => {
  const startsPerTick = new StartsPerTick();
  for (let tick = 0; tick < 3; tick += 1) {
    expect(taken(startsPerTick, 100)).toBe(16);
    await immediate();
  }
});

test('a few calls per tick are always allowed', async () => {
  const startsPerTick = new StartsPerTick();
  for (let tick = 0; tick < 100; tick += 1) {
    expect(taken(startsPerTick, 3)).toBe(3);
    await immediate();
  }
});

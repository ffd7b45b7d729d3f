import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TickLimit } from './tickLimit.ts';

const taken = (tickLimit: TickLimit, count: number) =>
  Array.from({ length: count }, () => tickLimit.take()).filter(Boolean).length;

test('lets 16 begin in a turn, and as many in the next', async () => {
  const tickLimit = new TickLimit();
  for (let turn = 0; turn < 3; turn += 1) {
    expect(taken(tickLimit, 100)).toBe(16);
    await nextTurn();
  }
});

test('refuses none of those that come a few at a time', async () => {
  const tickLimit = new TickLimit();
  for (let turn = 0; turn < 100; turn += 1) {
    expect(taken(tickLimit, 3)).toBe(3);
    await nextTurn();
  }
});

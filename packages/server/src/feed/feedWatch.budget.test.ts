import type { Message } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench, Reader } from './testBench.ts';
import type { PagePermit } from './watcher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('changes that leave the ring while a replay waits for the budget are charged', async () => {
  const { hub, reader, send, pass } = createBench({ ringSize: 8 });
  await reader();
  for (let n = 0; n < 8; n += 1) send();
  await pass(20);
  const granted = Promise.withResolvers<PagePermit>();
  const charged = new Set<number>();
  const readLimiter = {
    acquireStart: async () => () => {},
    tryAcquirePage: () => undefined,
    acquirePage: () => granted.promise,
  };
  const resumed = new Reader(hub, 'room', { history: 1, after: { seq: 1, time: null }, readLimiter });
  await pass(20);
  for (let n = 0; n < 4; n += 1) send();
  await pass(20);
  const charge = (messages: readonly Message[]) => {
    for (const { seq } of messages) charged.add(seq);
  };
  granted.resolve({ charge, release: () => {} });
  await pass(2_000);
  expect(resumed.summary.at(-1)).toBe('+12');
  expect([2, 3, 4, 5, 6, 7, 8].filter((seq) => !charged.has(seq))).toEqual([]);
});

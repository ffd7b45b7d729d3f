import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench, Reader } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a watch receives what happens while it starts although replays have to wait', async () => {
  const { hub, reader, send, pass } = createBench();
  await reader();
  for (let n = 0; n < 50; n += 1) send('x'.repeat(500));
  await pass(20);
  const [granted, never] = [() => {}, new Promise<() => void>(() => {})];
  const readLimiter = {
    tryAcquire: (kind: string) => (kind === 'start' ? granted : undefined),
    acquire: (kind: string) => (kind === 'start' ? Promise.resolve(granted) : never),
    canReplay: () => false,
    noteReplayed: () => {},
  };
  // So many large starts take more than one tick.
  const watchers = Array.from({ length: 300 }, () => new Reader(hub, 'room', { readLimiter }));
  for (let n = 0; n < 20; n += 1) {
    send();
    await pass(1);
  }
  await pass(1_000);
  for (const { summary } of watchers) expect(summary.at(-1)).toMatch(/^(\+|snapshot@)70$/);
});

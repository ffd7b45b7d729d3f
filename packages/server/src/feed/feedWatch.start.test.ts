import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench, Reader } from './testBench.ts';
import type { PagePermit } from './watcher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a watch receives what happens while it starts although replays have to wait', async () => {
  const { hub, reader, send, pass } = createBench();
  await reader();
  for (let n = 0; n < 50; n += 1) send('x'.repeat(500));
  await pass(20);
  const never = new Promise<PagePermit>(() => {});
  const readLimiter = {
    acquireStart: async () => () => {},
    tryAcquirePage: () => undefined,
    acquirePage: () => never,
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

test('a watch that stops while it starts holds nothing of the read limiter, at whichever moment it stops', async () => {
  const { hub, reader, pass } = createBench();
  await reader();
  await pass(20);
  const held: number[] = [];
  for (let microtasks = 0; microtasks < 40; microtasks += 1) {
    let taken = 0;
    const take = () => {
      taken += 1;
      return () => {
        taken -= 1;
      };
    };
    const takePage = () => ({ charge: () => {}, release: take() });
    const readLimiter = {
      acquireStart: async () => take(),
      tryAcquirePage: takePage,
      acquirePage: async () => takePage(),
    };
    const watch = hub.watch('room', { history: 50, signals: [], readLimiter });
    const next = watch.next();
    for (let n = 0; n < microtasks; n += 1) await Promise.resolve();
    void watch.return();
    await pass(50);
    await next;
    held.push(taken);
  }
  expect(held).toEqual(held.map(() => 0));
});

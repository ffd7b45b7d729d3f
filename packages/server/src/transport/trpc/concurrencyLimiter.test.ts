import { expect, test } from 'vitest';
import { ConcurrencyLimiter } from './concurrencyLimiter.ts';

function calls(count: number) {
  const begun: number[] = [];
  const gates = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const make = (i: number) => async () => {
    begun.push(i);
    await gates[i]?.promise;
    return i;
  };
  return { begun, gates, make };
}

const immediate = () => new Promise((resolve) => setImmediate(resolve));

test('calls begin in order, 16 at a time', async () => {
  const limiter = new ConcurrencyLimiter({ writable: async () => {} });
  const { begun, gates, make } = calls(40);
  const results = Array.from({ length: 40 }, (_, i) => limiter.run(make(i)));
  await immediate();
  expect(begun).toEqual(Array.from({ length: 16 }, (_, i) => i));
  expect(limiter.waiting).toBe(24);
  for (const [i, gate] of gates.entries()) {
    gate.resolve();
    await immediate();
    expect(begun).toHaveLength(Math.min(40, i + 17));
  }
  expect(begun).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(await Promise.all(results)).toEqual(begun);
  expect(limiter.waiting).toBe(0);
});

test('only two queries run at a time, because a large answer counts as unsent only after it is built', async () => {
  const limiter = new ConcurrencyLimiter({ writable: async () => {} });
  const { begun, gates, make } = calls(10);
  const results = Array.from({ length: 10 }, (_, i) => limiter.query(make(i)));
  for (const [i, gate] of gates.entries()) {
    await immediate();
    expect(begun).toHaveLength(Math.min(10, i + 2));
    gate.resolve();
  }
  expect(await Promise.all(results)).toEqual(begun);
});

test('a call that fails frees its slot', async () => {
  const limiter = new ConcurrencyLimiter({ writable: async () => {} });
  const failing = Array.from({ length: 50 }, () => limiter.run(async () => Promise.reject(new Error('no'))));
  expect((await Promise.allSettled(failing)).every(({ status }) => status === 'rejected')).toBe(true);
  expect(await limiter.run(async () => 'served')).toBe('served');
});

test('no call begins while the client has too many unread bytes', async () => {
  const read = Promise.withResolvers<void>();
  const limiter = new ConcurrencyLimiter({ writable: () => read.promise });
  const { begun, gates, make } = calls(1);
  const result = limiter.run(make(0));
  await immediate();
  expect(begun).toEqual([]);
  read.resolve();
  gates[0]?.resolve();
  expect(await result).toBe(0);
});

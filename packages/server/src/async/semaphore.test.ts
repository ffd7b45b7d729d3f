import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

const immediate = () => new Promise((resolve) => setImmediate(resolve));

test('at most as many tasks as slots run at a time, in order', async () => {
  const slots = new Semaphore(2);
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const results = gates.map(({ promise }, n) =>
    slots.run(async () => {
      begun.push(n);
      await promise;
      return n;
    }),
  );
  for (const [n, gate] of gates.entries()) {
    await immediate();
    expect(begun).toHaveLength(Math.min(5, n + 2));
    gate.resolve();
  }
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4]);
});

test('several slots are acquired together, and no later caller overtakes', async () => {
  const slots = new Semaphore(4);
  const three = await slots.acquire(3);
  const begun: string[] = [];
  const note = (name: string) => (release: () => void) => {
    begun.push(name);
    return release;
  };
  const four = slots.acquire(4).then(note('four'));
  const one = slots.acquire(1).then(note('one'));
  await immediate();
  expect(begun).toEqual([]);
  three();
  three(); // frees nothing more
  await immediate();
  expect(begun).toEqual(['four']);
  (await four)();
  (await one)();
  expect(begun).toEqual(['four', 'one']);
});

test('a request for more slots than there are gets all of them', async () => {
  const slots = new Semaphore(2);
  const release = await slots.acquire(20);
  release();
  await slots.run(async () => {});
});

test('a task that fails frees its slot', async () => {
  const slots = new Semaphore(1);
  await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await slots.run(async () => 'made')).toBe('made');
});

import { setImmediate as immediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GroupCommit } from './groupCommit.ts';
import { KeyedGroupCommit } from './keyedGroupCommit.ts';
import { untilSettled } from './yieldToEventLoop.ts';

type Batch = [key: string, items: number[]];

test('batches the items of a key in one tick, and those added while its batch is written; other keys do not wait', async () => {
  const batches: Batch[] = [];
  const writing = Promise.withResolvers<void>();
  const commits = new KeyedGroupCommit<number, number>(async (key, batch) => {
    batches.push([key, batch.map(({ item }) => item)]);
    if (key === 'slow') await writing.promise;
    for (const { item, resolve } of batch) resolve(item * 10);
  });
  const slow = [1, 2].map((item) => commits.add('slow', item));
  expect(await commits.add('fast', 3)).toBe(30);
  slow.push(commits.add('slow', 4), commits.add('slow', 5));
  expect(await commits.add('fast', 6)).toBe(60);
  writing.resolve();
  expect(await Promise.all(slow)).toEqual([10, 20, 40, 50]);
  expect(batches).toEqual([
    ['slow', [1, 2]],
    ['fast', [3]],
    ['fast', [6]],
    ['slow', [4, 5]],
  ] satisfies Batch[]);
});

test('a throw rejects the unsettled and waiting items of its key only, and the next item is tried again', async () => {
  const failing = Promise.withResolvers<void>();
  let hasFailed = false;
  const commits = new KeyedGroupCommit<number, number>(async (key, batch) => {
    batch[0]?.resolve(batch[0].item);
    if (key !== 'failing' || hasFailed) return;
    hasFailed = true;
    await failing.promise;
  });
  const first = [1, 2].map((item) => commits.add('failing', item));
  await first[0]; // its batch is being written
  const waiting = commits.add('failing', 3);
  expect(await commits.add('other', 4)).toBe(4);
  failing.reject('away');
  const outcomes = await Promise.allSettled([...first, waiting]);
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : one.reason))).toEqual([1, 'away', 'away']);
  expect(await commits.add('failing', 5)).toBe(5);
});

test('the keys of a tick fill one batch of a group commit behind them, within a tick', async () => {
  const batches: number[][] = [];
  const shared = new GroupCommit<number, void>({
    gather: untilSettled,
    concurrency: 2,
    write(batch) {
      batches.push(batch.map(({ item }) => item));
      for (const entry of batch) entry.resolve();
    },
  });
  const commits = new KeyedGroupCommit<number, void>(async (_, batch) => {
    for (const { item, resolve } of batch) resolve(await shared.add(item));
  });
  const added = ['a', 'b', 'c'].map((key, item) => commits.add(key, item));
  await immediate();
  expect(batches).toEqual([[0, 1, 2]]);
  await Promise.all(added);
});

test('a key is forgotten when nothing is left to write', async () => {
  const commits = new KeyedGroupCommit<number, void>(async (_, batch) => {
    for (const { resolve } of batch) resolve();
  });
  await Promise.all(['a', 'b', 'a'].map((key, item) => commits.add(key, item)));
  while (commits.size > 0) await immediate();
});

test('keeps the order of each key, and writes one batch of a key at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ key: fc.constantFrom('a', 'b'), pause: fc.boolean(), fails: fc.nat(9) }), { maxLength: 40 }),
      async (steps) => {
        const written: Record<string, number[]> = { a: [], b: [] };
        const writing = new Set<string>();
        const commits = new KeyedGroupCommit<number, void>(async (key, batch) => {
          expect(writing.has(key)).toBe(false);
          writing.add(key);
          await immediate();
          writing.delete(key);
          for (const { item, resolve } of batch) {
            if (steps[item]?.fails === 0) throw 'away';
            written[key]?.push(item);
            resolve();
          }
        });
        const added: Promise<void>[] = [];
        for (const [item, { key, pause }] of steps.entries()) {
          const result = commits.add(key, item);
          result.catch(() => {}); // it is awaited below, but may fail before
          added.push(result);
          if (pause) await immediate();
        }
        const outcomes = await Promise.allSettled(added);
        for (const key of ['a', 'b']) {
          const stored = steps.flatMap((step, item) =>
            step.key === key && outcomes[item]?.status === 'fulfilled' ? [item] : [],
          );
          expect(written[key]).toEqual(stored);
        }
      },
    ),
  );
});

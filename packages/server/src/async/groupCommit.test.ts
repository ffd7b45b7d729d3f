import { setImmediate as immediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CommitEntry, GroupCommit } from './groupCommit.ts';

const settled = (promises: Promise<unknown>[]) =>
  Promise.allSettled(promises).then((all) => all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason)));

const items = <T>(batch: readonly CommitEntry<T, unknown>[]) => batch.map((entry) => entry.item);

test('batches items of one tick, and items added while a batch is written, in order', async () => {
  const batches: number[][] = [];
  const writing = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const commits = new GroupCommit<number, number>({
    async write(batch) {
      batches.push(items(batch));
      started.resolve();
      await writing.promise;
      for (const entry of batch) entry.resolve(entry.item * 10);
    },
  });
  const first = [1, 2, 3].map((item) => commits.add(item));
  await started.promise;
  const second = [4, 5].map((item) => commits.add(item));
  for (let tick = 0; tick < 3; tick += 1) await immediate();
  expect(batches).toEqual([[1, 2, 3]]);
  writing.resolve();
  expect(await Promise.all([...first, ...second])).toEqual([10, 20, 30, 40, 50]);
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('an entry that fails does not affect the others', async () => {
  const commits = new GroupCommit<number, number>({
    write: (batch) => {
      for (const entry of batch) entry.item === 2 ? entry.reject('no') : entry.resolve(entry.item);
    },
  });
  expect(await settled([1, 2, 3].map((item) => commits.add(item)))).toEqual([1, 'no', 3]);
});

test('a throw rejects unsettled and waiting items, and the next item is tried again', async () => {
  let calls = 0;
  const commits = new GroupCommit<number, number>({
    maxBatch: 2,
    write(batch) {
      calls += 1;
      batch[0]?.resolve(batch[0].item);
      if (calls === 1) throw 'away';
    },
  });
  expect(await settled([1, 2, 3].map((item) => commits.add(item)))).toEqual([1, 'away', 'away']);
  expect(calls).toBe(1);
  expect(await commits.add(4)).toBe(4);
});

test('a caller that adds in a loop does not starve others', async () => {
  const commits = new GroupCommit<number, void>({ write: (batch) => batch[0]?.resolve() });
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 0);
  for (let item = 0; item < 10_000 && ticks < 3; item += 1) await commits.add(item);
  clearInterval(timer);
  expect(ticks).toBe(3);
});

test('the allowed number of batches run concurrently, and later items accumulate', async () => {
  const batches: { items: number[]; done: () => void }[] = [];
  let begun = Promise.withResolvers<void>();
  const commits = new GroupCommit<number, void>({
    concurrency: 2,
    async write(batch) {
      const { promise, resolve } = Promise.withResolvers<void>();
      batches.push({ items: items(batch), done: resolve });
      begun.resolve();
      await promise;
      for (const entry of batch) entry.resolve();
    },
  });
  const addAndWait = async (...added: number[]) => {
    begun = Promise.withResolvers();
    for (const item of added) void commits.add(item);
    await begun.promise;
  };
  await addAndWait(1, 2);
  await addAndWait(3);
  begun = Promise.withResolvers();
  const rest = [4, 5].map((item) => commits.add(item));
  for (let tick = 0; tick < 3; tick += 1) await immediate();
  expect(batches).toHaveLength(2);
  batches[1]?.done();
  await begun.promise;
  expect(batches.map((batch) => batch.items)).toEqual([[1, 2], [3], [4, 5]]);
  batches[2]?.done();
  await Promise.all(rest); // the first is still in progress
  batches[0]?.done();
});

test('a throw rejects the items about to be written beside it, and leaves no empty batch behind', async () => {
  const away = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const batches: number[][] = [];
  const commits = new GroupCommit<number, number>({
    concurrency: 2,
    async write(batch) {
      batches.push(items(batch));
      begun.resolve();
      if (batches.length === 1) await away.promise;
      for (const entry of batch) entry.resolve(entry.item);
    },
  });
  const first = commits.add(1);
  await begun.promise;
  const second = commits.add(2);
  away.reject('away');
  expect(await settled([first, second])).toEqual(['away', 'away']);
  await immediate(); // the tick in which the second would have been written
  expect(await commits.add(3)).toBe(3);
  expect(batches).toEqual([[1], [3]]);
});

test('with any sizes, every item is written once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (waits, maxBatch) => {
        const written: number[] = [];
        const commits = new GroupCommit<number, void>({
          maxBatch,
          write(batch) {
            expect(batch.length).toBeLessThanOrEqual(maxBatch);
            written.push(...items(batch));
            for (const entry of batch) entry.resolve();
          },
        });
        const calls: Promise<void>[] = [];
        for (const [item, wait] of waits.entries()) {
          const call = commits.add(item);
          calls.push(call);
          if (wait) await call;
        }
        await Promise.all(calls);
        expect(written).toEqual(waits.map((_, item) => item));
      },
    ),
  );
});

test('with any concurrency, every item is written once, and no batch is empty or superfluous', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      async (scheduler, count, maxBatch, concurrency) => {
        const written: number[] = [];
        let underWay = 0;
        const commits = new GroupCommit<number, void>({
          maxBatch,
          concurrency,
          async write(batch) {
            expect(batch.length).toBeGreaterThan(0);
            written.push(...items(batch));
            underWay += 1;
            expect(underWay).toBeLessThanOrEqual(concurrency);
            await scheduler.schedule(Promise.resolve());
            underWay -= 1;
            for (const entry of batch) entry.resolve();
          },
        });
        await scheduler.waitFor(Promise.all(Array.from({ length: count }, (_, item) => commits.add(item))));
        expect(written).toEqual(Array.from({ length: count }, (_, item) => item));
      },
    ),
  );
});

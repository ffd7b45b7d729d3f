import { expect, test } from 'vitest';
import { RuleReader } from './ruleReader.ts';
import { TestRuleStore, testRule } from './testRules.ts';

function openReader() {
  const store = new TestRuleStore();
  const read: string[] = [];
  let now = 0;
  const reader = new RuleReader({
    store,
    onPage: (rules) => read.push(...rules.map(({ id }) => id)),
    clock: () => now,
  });
  const add = (userId: string, updatedAt: number) => {
    const rule = testRule({ subject: { type: 'user', userId }, updatedAt: new Date(updatedAt) });
    store.rules.set(rule.id, rule);
    return rule.id;
  };
  /** Reads after `ms` more milliseconds. Resolves to the ids that were read. */
  const readAfter = async (ms: number, isHinted = false) => {
    now += ms;
    read.length = 0;
    await reader.read({ isHinted });
    return [...read];
  };
  return { store, add, readAfter };
}

const users = (count: number) => Array.from({ length: count }, (_, n) => `user ${n}`);

test('rules that were written together are read again while late writes may appear, and then no longer', async () => {
  const { add, readAfter } = openReader();
  for (const user of users(1_000)) add(user, 1_000_000);
  expect(await readAfter(0)).toHaveLength(1_000);
  for (let ms = 5_000; ms <= 30_000; ms += 5_000) expect(await readAfter(5_000)).toHaveLength(1_000);
  expect(await readAfter(5_000)).toEqual([]);
  const id = add('ana', 1_040_000);
  expect(await readAfter(5_000)).toEqual([id]);
});

test('a write that appears 29 s after a later one is read', async () => {
  const { add, readAfter } = openReader();
  add('ana', 1_030_000);
  await readAfter(0);
  const late = add('bo', 1_001_000);
  expect(await readAfter(29_000)).toContain(late);
});

test('a read because of a hint goes back less, and does not end the time for late writes', async () => {
  const { add, readAfter } = openReader();
  add('ana', 1_030_000);
  await readAfter(0);
  const late = add('bo', 1_001_000);
  expect(await readAfter(40_000, true)).not.toContain(late);
  expect(await readAfter(1_000)).toContain(late);
});

test('the time for late writes begins anew with each change, also when a read fails after it', async () => {
  const { store, add, readAfter } = openReader();
  add('ana', 1_000_000);
  await readAfter(0);
  for (const user of users(199)) add(user, 1_030_000); // with Ana, a full page: the next one is read, and fails
  const { changedSince } = store;
  let pages = 0;
  store.changedSince = (...args) => {
    pages += 1;
    return pages === 2 ? Promise.reject(new Error('the store is down')) : changedSince.apply(store, args);
  };
  await expect(readAfter(31_000)).rejects.toThrow('down');
  await readAfter(1_000);
  const late = add('bo', 1_001_000);
  expect(await readAfter(5_000)).toContain(late);
});

test('other work runs between two pages', async () => {
  const { add, readAfter } = openReader();
  for (const user of users(1_000)) add(user, 1_000_000);
  let ticks = 0;
  const count = () => {
    ticks += 1;
    tick = setImmediate(count);
  };
  let tick = setImmediate(count);
  await readAfter(0);
  clearImmediate(tick);
  expect(ticks).toBeGreaterThanOrEqual(4);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ControlTopic } from '../../feed/controlTopic.ts';
import { createLogger } from '../../observe/logger.ts';
import type { Rule } from '../../store/rules.ts';
import { RuleMirror } from './ruleMirror.ts';
import { openMirrors, TestRuleStore, testRule } from './testRules.ts';

const log = createLogger('silent');
const actor = { userId: 'mod', username: 'Mod' };
const ana = { type: 'user', userId: 'ana' } as const;
const server = { type: 'server' } as const;
const ban = { kind: 'ban', scope: server, subject: ana, actor } as const;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Mirrors of one store and one broker. */
async function instances(store = new TestRuleStore(), options: { max?: number } = {}) {
  const mirrors = openMirrors(store);
  const open = async () => {
    const mirror = await mirrors.open(options);
    const changes: Rule[][] = [];
    mirror.onChanged((rules) => changes.push([...rules]));
    return { mirror, changes };
  };
  const dispose = () => mirrors[Symbol.asyncDispose]();
  return { store, broker: mirrors.broker, a: await open(), b: await open(), [Symbol.asyncDispose]: dispose };
}

const kinds = (mirror: RuleMirror) => mirror.of(ana).map(({ kind }) => kind);

test('a look-up visits only the rules that it returns, of many', async () => {
  const store = new TestRuleStore();
  const scope = { type: 'room', roomId: 'plaza' } as const;
  const user = (n: number) => ({ type: 'user', userId: `user ${n}` }) as const;
  const own = [
    ...Array.from({ length: 20 }, (_, n) => testRule({ subject: user(n), scope })),
    ...[testRule({ kind: 'lock', scope }), testRule({ kind: 'close', scope })],
    ...[
      testRule({ kind: 'mute', subject: ana, scope }),
      testRule({ kind: 'grant', role: 'owner', subject: ana, scope }),
    ],
  ];
  const others = Array.from({ length: 2_000 }, (_, n) =>
    testRule({ subject: user(n), scope: { type: 'area', cell: `${n}` } }),
  );
  let visits = 0;
  const visit = () => {
    visits += 1;
    return false;
  };
  for (const rule of [...others, ...own]) {
    Object.defineProperty(rule, 'isLifted', { enumerable: true, get: visit });
    store.rules.set(rule.id, rule);
  }
  await using bench = await instances(store);
  const { mirror } = bench.a;
  const visitsOf = (look: () => readonly unknown[]) => {
    visits = 0;
    return [look().length, visits];
  };
  expect(visitsOf(() => mirror.sanctionsIn(scope, 10))).toEqual([10, 10]);
  expect(visitsOf(() => mirror.of(ana))).toEqual([2, 2]);
  expect(visitsOf(() => mirror.ofRoom('plaza'))).toEqual([2, 2]);
  expect(visitsOf(() => mirror.grantsIn(scope))).toEqual([1, 1]);
});

test('a rule applies at once where it is put, and elsewhere after a hint', async () => {
  await using bench = await instances();
  const { a, b } = bench;
  expect([a.mirror.isEmpty, kinds(a.mirror)]).toEqual([true, []]);
  const put = await a.mirror.put(ban);
  expect(a.mirror.of(ana)).toEqual([put]);
  expect(a.mirror.isEmpty).toBe(false);
  await vi.waitFor(() => expect(b.mirror.of(ana)).toEqual([put]));
  expect([a.changes, b.changes]).toEqual([[[put]], [[put]]]);
});

test('a rule that is lifted elsewhere is not in force any more', async () => {
  await using bench = await instances();
  const { a, b, store } = bench;
  const put = await a.mirror.put(ban);
  await vi.waitFor(() => expect(kinds(b.mirror)).toEqual(['ban']));
  store.now += 1;
  await b.mirror.lift(put);
  expect(kinds(b.mirror)).toEqual([]);
  await vi.waitFor(() => expect(kinds(a.mirror)).toEqual([]));
  expect(a.changes.at(-1)).toMatchObject([{ id: put.id, isLifted: true, createdAt: put.createdAt }]);
});

test('a lost hint is made up for by the next regular read, also if the write appears late', async () => {
  await using bench = await instances();
  const { store, b } = bench;
  const late = testRule({ subject: ana, updatedAt: new Date(store.now - 20_000) });
  await store.put(testRule({ subject: { type: 'user', userId: 'ben' } }));
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(b.changes).toHaveLength(1));
  store.rules.set(late.id, late);
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(kinds(b.mirror)).toEqual(['ban']));
});

test('a rule is in force on all instances although the clock of the store has gone back', async () => {
  await using bench = await instances();
  const { store, a, b } = bench;
  await a.mirror.put(ban);
  await vi.waitFor(() => expect(kinds(b.mirror)).toEqual(['ban']));
  store.now -= 40_000;
  await a.mirror.put({ ...ban, kind: 'mute' });
  await vi.waitFor(() => expect(kinds(b.mirror)).toEqual(['ban', 'mute']));
});

test('rules are read at the start, and there is no start without them', async () => {
  const store = new TestRuleStore();
  for (let n = 0; n < 2_500; n += 1) await store.put(testRule({ subject: { type: 'user', userId: `user ${n}` } }));
  await using bench = await instances(store);
  expect(bench.a.mirror.sanctionsIn({ type: 'server' }, 10_000)).toHaveLength(2_500);
  store.isDown = true;
  const control = new ControlTopic(bench.broker, log);
  await expect(new RuleMirror({ store, control, log }).start()).rejects.toThrow('the store is down');
  control.close();
});

test('while the store is down the last known rules hold, and afterwards the mirror catches up', async () => {
  await using bench = await instances();
  const { store, a } = bench;
  await a.mirror.put(ban);
  store.isDown = true;
  const { reads } = store;
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(store.reads).toBeGreaterThan(reads));
  expect(kinds(a.mirror)).toEqual(['ban']);
  await expect(a.mirror.put({ ...ban, kind: 'mute' })).rejects.toThrow();
  expect(kinds(a.mirror)).toEqual(['ban']);
  store.isDown = false;
  await store.put(testRule({ kind: 'mute', subject: ana }));
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(kinds(a.mirror)).toEqual(['ban', 'mute']));
});

test('a rule is not in force after its end, which is reported', async () => {
  await using bench = await instances();
  const { a } = bench;
  const put = await a.mirror.put({ ...ban, lastsMs: 3_000 });
  expect(a.mirror.get(put.id)).toEqual(put);
  vi.setSystemTime(1_003_000);
  expect([kinds(a.mirror), a.mirror.get(put.id), a.mirror.sanctionsIn({ type: 'server' }, 10_000)]).toEqual([
    [],
    undefined,
    [],
  ]);
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(a.changes).toEqual([[put], [put]]));
  expect(a.mirror.isEmpty).toBe(true);
});

test('a read that began before a rule was lifted does not bring it back', async () => {
  await using bench = await instances();
  const { a, store } = bench;
  const put = await a.mirror.put(ban);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  using slow = vi.spyOn(store, 'changedSince').mockImplementationOnce(async () => {
    await released;
    return [put];
  });
  vi.advanceTimersByTime(5_000);
  expect(slow).toHaveBeenCalledOnce();
  store.now += 1;
  await a.mirror.lift(put);
  release();
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(slow.mock.calls.length).toBeGreaterThan(1));
  expect(kinds(a.mirror)).toEqual([]);
});

test('a hundred hints at once cause few reads', async () => {
  await using bench = await instances();
  const { a, b, store } = bench;
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => a.mirror.put({ ...ban, subject: { type: 'user', userId: `u${n}` } })),
  );
  await vi.waitFor(() => expect(b.mirror.sanctionsIn({ type: 'server' }, 10_000)).toHaveLength(100));
  expect(store.reads).toBeLessThan(20);
});

test('payloads that are no hints cause no read', async () => {
  await using bench = await instances();
  const { store, broker } = bench;
  const { reads } = store;
  for (const payload of ['', '{', 'null', '{"from":1,"hint":{"type":"rules"}}', '{"from":"x","hint":{"type":"?"}}']) {
    await broker.publish('\tcontrol', payload);
  }
  await broker.ping();
  expect(store.reads).toBe(reads);
});

test('the mirror is bounded', async () => {
  await using bench = await instances(new TestRuleStore(), { max: 10 });
  const { a } = bench;
  for (let n = 0; n < 30; n += 1) {
    await a.mirror.put({ ...ban, subject: { type: 'user', userId: `user ${n}` }, lastsMs: 1_000_000 });
  }
  expect(a.mirror.sanctionsIn({ type: 'server' }, 10_000)).toHaveLength(10);
  expect(a.mirror.of({ type: 'user', userId: 'user 29' })).toHaveLength(1);
});

test('a closed mirror reads nothing any more and leaves no subscription', async () => {
  await using bench = await instances();
  const { a, b, store } = bench;
  b.mirror.close();
  a.mirror.close();
  const { reads } = store;
  await a.mirror.put(ban);
  vi.advanceTimersByTime(20_000);
  await bench.broker.ping();
  expect(store.reads).toBe(reads);
});

test('a rule about a user whose data is erased holds for the same account, and names the user nowhere', async () => {
  await using bench = await instances();
  const { a, b, store } = bench;
  const put = await a.mirror.put(ban);
  const part = await a.mirror.put({ ...ban, subject: { type: 'address', hash: 'ab' }, partOf: put.id });
  store.now += 1;
  await a.mirror.moveToErased(put, 'ana');
  expect(a.mirror.of(ana)).toMatchObject([{ kind: 'ban', createdAt: put.createdAt, subjectName: null }]);
  await vi.waitFor(() => expect(b.mirror.of(ana)).toEqual(a.mirror.of(ana)));
  expect(a.mirror.get(put.id)).toBeUndefined();
  expect(JSON.stringify([a.mirror.of(ana), a.mirror.get(part.id)])).not.toContain('ana');
  expect(a.mirror.of({ type: 'user', userId: 'ben' })).toEqual([]);
});

test('a mirror that received a hint has the rule once it has settled', async () => {
  await using set = await instances();
  await set.a.mirror.put(ban);
  expect(set.b.mirror.of(ana)).toEqual([]);
  await set.b.mirror.settled();
  expect(kinds(set.b.mirror)).toEqual(['ban']);
});

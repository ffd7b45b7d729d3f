import { describe, expect, test } from 'vitest';
import type { NewRule, Rule, RulePosition, RuleStore } from '../../packages/server/src/store/rules.ts';
import { banOf } from '../resources/rules.ts';
import { storeDrivers, upTo } from '../resources/stores.ts';

const minute = 60_000;
const soon = () => new Date(Date.now() + minute);

describe.each(storeDrivers)('$driver: rules', ({ newSite }) => {
  test.each<[string, Partial<NewRule>]>([
    ['about a user', {}],
    [
      'about an address in a room',
      { scope: { type: 'room', roomId: '$plaza' }, subject: { type: 'address', hash: 'ab' } },
    ],
    [
      'about a device in an area',
      { scope: { type: 'area', cell: '881f1d4887fffff' }, subject: { type: 'device', hash: 'c' } },
    ],
    ['about everybody in a room', { kind: 'slowMode', subject: null, subjectName: null, intervalMs: 30_000 }],
    ['with a role', { kind: 'grant', role: 'moderator' }],
    ['with texts that look like operators', { reason: '$$ROOT "quoted"', subjectName: '$name', partOf: '$id' }],
    ['that was lifted', { isLifted: true }],
    ['that ends', { endsAt: new Date(1_700_000_000_123) }],
  ])('are stored with all their fields: %s', async (_which, fields) => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const rule = banOf('$ana', fields);
    const before = Date.now();
    const stored = await store.rules.put(rule);
    expect(stored).toStrictEqual({ ...rule, createdAt: expect.any(Date), updatedAt: expect.any(Date) });
    expect(stored.updatedAt).toStrictEqual(stored.createdAt);
    expect(Math.abs(stored.updatedAt.getTime() - before)).toBeLessThan(minute);
    expect(await other.rules.changedSince(null, 10)).toStrictEqual([stored]);
  });

  test('replace the earlier one of their id, and keep the given time of creation', async () => {
    await using site = await newSite();
    const { rules } = await site.open();
    const first = await rules.put(banOf('ana', { reason: 'first' }));
    await rules.put(banOf('ben'));
    const lifted = await rules.put({
      ...banOf('ana', { reason: 'first', isLifted: true }),
      createdAt: first.createdAt,
    });
    expect(lifted.createdAt).toStrictEqual(first.createdAt);
    expect(lifted.updatedAt >= first.updatedAt).toBe(true);
    const all = await rules.changedSince(null, 10);
    expect(all).toHaveLength(2);
    expect(all).toContainEqual(lifted);
  });

  test('that are put many times within a millisecond have different times, the latest one the last', async () => {
    await using site = await newSite();
    const { rules } = await site.open();
    const put = await Promise.all(upTo(60).map((n) => rules.put(banOf('ana', { isLifted: n % 2 === 0 }))));
    const times = put.map(({ updatedAt }) => updatedAt.getTime());
    expect(new Set(times).size).toBe(times.length);
    const [stored] = await rules.changedSince(null, 10);
    expect(stored?.updatedAt.getTime()).toBe(Math.max(...times));
  });

  test('are later than the given time if the clock has gone back since', async () => {
    await using site = await newSite();
    const { rules } = await site.open();
    const updatedAfter = new Date(Date.now() + 60 * minute);
    const put = await rules.put({ ...banOf('ana'), updatedAfter });
    expect(put.updatedAt.getTime()).toBe(updatedAfter.getTime() + 1);
    expect(put.createdAt < updatedAfter).toBe(true);
    expect(Object.keys(put)).not.toContain('updatedAfter');
    const again = await rules.putUnlessChanged({ ...banOf('ana', { isLifted: true }), updatedAfter }, put.updatedAt);
    expect(again).toMatchObject({ isStored: true, rule: { updatedAt: new Date(updatedAfter.getTime() + 2) } });
    const other = await rules.put({ ...banOf('ben'), updatedAfter: new Date(0) });
    expect(other.updatedAt < updatedAfter).toBe(true);
    expect(await rules.changedSince(null, 10)).toStrictEqual([other, again.rule]);
  });

  test('are returned by the time of their latest write, in pages without gaps or repeats', async () => {
    await using site = await newSite();
    const { rules } = await site.open();
    await Promise.all(upTo(25).map((n) => rules.put(banOf(`user ${n}`))));
    const again = await rules.put(banOf('user 7', { reason: 'again' }));
    const found = await inPages(rules, 4);
    expect(new Set(found.map(({ id }) => id)).size).toBe(25);
    expect(found).toHaveLength(25);
    const positions = found.map(({ updatedAt, id }) => ({ time: updatedAt.getTime(), id }));
    expect(positions).toEqual([...positions].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)));
    expect(found.filter(({ id }) => id === again.id)).toStrictEqual([again]);
    expect(await rules.changedSince(found.at(-1) ?? null, 10)).toEqual([]);
  });

  test('that two instances put at once under one id are one rule', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const put = await Promise.all(
      upTo(10).flatMap((n) => stores.map(({ rules }, at) => rules.put(banOf('ana', { reason: `${n} ${at}` })))),
    );
    const [stored, ...others] = await inPages(stores[0]?.rules as RuleStore, 10);
    expect(others).toEqual([]);
    expect(put).toContainEqual(stored);
  });

  test('are replaced only by those who know them', async () => {
    await using site = await newSite();
    const [{ rules }, other] = [await site.open(), await site.open()];
    const change = (reason: string, seen: Date | null, fields: Partial<NewRule> = {}) =>
      rules.putUnlessChanged(banOf('ana', { reason, ...fields }), seen);
    const first = await change('first', null);
    expect(first).toMatchObject({ rule: { reason: 'first' }, isStored: true });
    expect(await change('unseen', null)).toStrictEqual({ rule: first.rule, isStored: false });
    const second = await other.rules.put(banOf('ana', { reason: 'second' }));
    expect(await change('late', first.rule.updatedAt)).toStrictEqual({ rule: second, isStored: false });
    expect(await change('late', first.rule.updatedAt, { isLifted: true })).toStrictEqual({
      rule: second,
      isStored: false,
    });
    const third = await change('third', second.updatedAt, { isLifted: true });
    expect(third).toMatchObject({ rule: { reason: 'third', isLifted: true }, isStored: true });
    // One that is lifted or has ended stands in nobody's way.
    expect(await change('ended', null, { endsAt: new Date(5) })).toMatchObject({ isStored: true });
    expect(await change('last', null)).toMatchObject({ rule: { reason: 'last' }, isStored: true });
    expect(await inPages(rules, 10)).toMatchObject([{ reason: 'last' }]);
  });

  test('that many callers on two instances replace at once are replaced by one of them', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const race = async (seen: Date | null) => {
      const calls = upTo(20).map((n) => stores[n % 2]?.rules.putUnlessChanged(banOf('ana', { reason: `${n}` }), seen));
      const results = (await Promise.all(calls)).flatMap((result) => result ?? []);
      const [winner, ...others] = results.filter(({ isStored }) => isStored);
      expect(others).toEqual([]);
      for (const { rule } of results) expect(rule).toStrictEqual(winner?.rule);
      return winner?.rule.updatedAt ?? null;
    };
    await race(await race(null));
  });

  test('are forgotten some time after they were lifted or ended, and not before', async () => {
    await using site = await newSite();
    const { rules } = await site.open();
    await rules.put(banOf('ana', { endsAt: new Date(5) }));
    await rules.put(banOf('ben', { endsAt: new Date(6) }));
    await rules.put(banOf('cleo', { endsAt: new Date(7) }));
    await rules.put(banOf('dan', { endsAt: soon() }));
    await rules.put(banOf('eve', { isLifted: true }));
    await rules.put(banOf('fay'));
    expect(await rules.forget(new Date(5), 10)).toBe(0);
    expect(await rules.forget(new Date(7), 1)).toBe(1);
    expect(await rules.forget(new Date(7), 10)).toBe(1);
    const left = async () => (await inPages(rules, 10)).map(({ subjectName }) => subjectName);
    expect(new Set(await left())).toEqual(new Set(['cleo', 'dan', 'eve', 'fay']));
    expect(await rules.forget(new Date(Date.now() + minute / 2), 10)).toBe(2);
    expect(new Set(await left())).toEqual(new Set(['dan', 'fay']));
  });

  test('have one salt in the database, whichever instance asks first', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const salts = await Promise.all(upTo(5).flatMap(() => stores.map(({ rules }) => rules.salt())));
    expect(new Set(salts).size).toBe(1);
    expect(salts[0]).toMatch(/^[0-9a-f]{64}$/);
    await using elsewhere = await newSite();
    expect(await (await elsewhere.open()).rules.salt()).not.toBe(salts[0]);
  });

  test('reject with STORE_UNAVAILABLE once the store is closed', async () => {
    await using site = await newSite();
    const store = await site.open();
    await store.close();
    const { rules } = store;
    for (const call of [
      rules.put(banOf('ana')),
      rules.putUnlessChanged(banOf('ana'), null),
      rules.changedSince(null, 1),
      rules.forget(new Date(), 1),
      rules.salt(),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
  });
});

async function inPages(rules: RuleStore, limit: number): Promise<Rule[]> {
  const found: Rule[] = [];
  for (let after: RulePosition | null = null; ; ) {
    const page = await rules.changedSince(after, limit);
    found.push(...page);
    if (page.length < limit) return found;
    after = page.at(-1) ?? null;
  }
}

describe.each(storeDrivers)('$driver: rules and a user whose data is erased', ({ newSite }) => {
  test('do not name the user who made them, and those about the user are deleted once they are over', async () => {
    await using site = await newSite();
    const { rules } = await site.open();
    const ana = { userId: 'ana', username: 'Ana' };
    await rules.put(banOf('ben', { actor: ana }));
    await rules.put(banOf('ana', { isLifted: true }));
    await rules.put({ ...banOf('ana', { kind: 'mute', endsAt: new Date(1_000) }), id: 'ended' });
    await rules.put({ ...banOf('ana', { kind: 'signOut' }), id: 'in force' });
    expect(await rules.erase('ana', 'erased-1')).toBe(false);
    const left = await rules.changedSince(null, 10);
    expect(left).toMatchObject([
      { subject: { userId: 'ben' }, actor: { userId: 'erased-1', username: 'Erased user' } },
      { id: 'in force', subject: { userId: 'ana' } },
    ]);
  });
});

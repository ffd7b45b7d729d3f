import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import type {
  Audience,
  NewReport,
  ReportFilter,
  ReportScope,
  StoredReport,
} from '../../packages/server/src/store/reports.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { ben, heldMessage, newReport, openItems, reportedMessage } from '../resources/reports.ts';
import { storeDrivers, upTo } from '../resources/stores.ts';

const openMax = 1_000;
const cleo = { userId: 'cleo', username: 'Cleo' };
const decision = { by: cleo, outcome: 'dismissed', note: null };

/** All pages. */
async function readAll(store: Store, filter: ReportFilter = openItems(), limit = 3): Promise<StoredReport[]> {
  const all: StoredReport[] = [];
  for (let after: string | undefined; ; ) {
    const { reports, next } = await store.reports.page(filter, { after, limit });
    expect(reports.length).toBeLessThanOrEqual(limit);
    all.push(...reports);
    if (next === null) return all;
    after = next;
  }
}

const idsOf = (reports: readonly StoredReport[]) => reports.map(({ id }) => id);

describe.each(storeDrivers)('$driver: reports', ({ newSite }) => {
  test('are returned as they were filed, on any instance, also after a restart', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const full = newReport(newId(), {
      ...{ cell: '881f1d4887fffff', audience: 'area', note: 'again and\nagain “…”' },
      message: reportedMessage(newId(), { editedAt: new Date(1_700_000_005_000), content: '\u{1f600} '.repeat(100) }),
      context: [reportedMessage(newId(), cleo), reportedMessage(newId(), { deleted: true, content: '' })],
    });
    const { report, isNew } = await store.reports.add(full, openMax);
    expect([isNew, report]).toEqual([true, { ...full, id: report.id, createdAt: report.createdAt, resolution: null }]);
    expect(report.id).toMatch(/^[0-9a-f]{24}$/);
    const held = (await other.reports.add(heldMessage(1), openMax)).report;
    const ofUser = (
      await other.reports.add(newReport('', { message: null, subject: { userId: 'eve', username: null } }), openMax)
    ).report;
    await store.close();
    const reopened = await site.open();
    expect(await reopened.reports.get(report.id)).toEqual(report);
    expect(await reopened.reports.get(newId())).toBeNull();
    expect(await readAll(reopened)).toEqual(await readAll(other));
    expect(new Set(idsOf(await readAll(other)))).toEqual(new Set(idsOf([report, held, ofUser])));
  });

  test('of one user about one message, or about one other user in a room, are one as long as it is open', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const messageId = newId();
    const filed = await Promise.all(
      upTo(10).map((n) => (n % 2 ? store : other).reports.add(newReport(messageId, { note: `${n}` }), openMax)),
    );
    expect(filed.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(filed.map(({ report }) => report.id)).size).toBe(1);
    expect((await store.reports.add(newReport(messageId, { reporter: cleo }), openMax)).isNew).toBe(true);
    const ofUser = newReport('', { message: null });
    expect((await store.reports.add(ofUser, openMax)).isNew).toBe(true);
    expect((await other.reports.add(ofUser, openMax)).isNew).toBe(false);
    expect((await other.reports.add({ ...ofUser, roomId: 'park' }, openMax)).isNew).toBe(true);
    expect((await other.reports.add({ ...ofUser, subject: cleo }, openMax)).isNew).toBe(true);
    const [first] = filed;
    await store.reports.resolve(first?.report.id ?? '', decision);
    expect((await store.reports.add(newReport(messageId), openMax)).isNew).toBe(true);
    const held = await Promise.all([store, other].map((one) => one.reports.add(heldMessage(1), openMax)));
    expect(held.map(({ isNew }) => isNew)).toEqual([true, true]);
  });

  test('are at most so many open ones of each kind', async () => {
    await using site = await newSite();
    const store = await site.open();
    for (const _ of upTo(3)) await store.reports.add(newReport(newId()), 3);
    await expect(store.reports.add(newReport(newId()), 3)).rejects.toMatchObject({ code: 'REPORTS_FULL' });
    const [first] = await readAll(store);
    await store.reports.add(newReport(first?.message?.id ?? ''), 3); // a repeat
    await store.reports.add(heldMessage(1), 3);
    await store.reports.resolve(first?.id ?? '', decision);
    await store.reports.add(newReport(newId()), 3);
  });

  test('of held messages are limited for each user, however many callers add them at once', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const [store, other] = stores as [Store, Store];
    const add = (one: Store, fields: Partial<NewReport> = {}) => one.reports.add(heldMessage(1, fields), openMax, 4);
    /** Tries to add `count` messages at once, and returns those that were added. */
    async function addMany(count: number, fields?: Partial<NewReport>) {
      const results = await Promise.allSettled(upTo(count).map((n) => add(n % 2 ? store : other, fields)));
      const refused = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      for (const reason of refused) expect(reason).toMatchObject({ code: 'MESSAGE_REFUSED' });
      return results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    }
    const byBen = await addMany(50, { context: [reportedMessage(newId(), cleo)] });
    expect(byBen.map(({ isNew }) => isNew)).toEqual([true, true, true, true]);
    expect(new Set(idsOf(byBen.map(({ report }) => report))).size).toBe(4);
    expect(await readAll(store)).toHaveLength(4);
    expect(await addMany(3, { subject: cleo })).toHaveLength(3);
    await store.reports.add(newReport(newId()), openMax, 4);

    // A change of an item keeps its slot.
    await other.reports.erase('cleo', 'erased-1');
    expect(await addMany(10)).toEqual([]);
    for (const { report } of byBen.slice(2)) await other.reports.resolve(report.id, decision);
    expect(await addMany(20)).toHaveLength(2);
    expect(await readAll(store)).toHaveLength(5);
    await store.reports.erase('ben', 'erased-2');
    expect(await addMany(20)).toHaveLength(4);
  });

  test('that hold a message which its author sends repeatedly at once are one', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const [store, other] = stores as [Store, Store];
    const held = (clientMessageId: string, fields: Partial<NewReport> = {}) =>
      heldMessage(1, { message: reportedMessage(null, { clientMessageId }), ...fields });
    const add = (n: number, report: NewReport) => (n % 2 ? store : other).reports.add(report, openMax, 4);
    const added = await Promise.all(upTo(20).map((n) => add(n, held('one'))));
    expect(added.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(added.map(({ report }) => report.id)).size).toBe(1);
    expect((await add(1, held('two'))).isNew).toBe(true);
    expect((await add(1, held('one', { roomId: 'park' }))).isNew).toBe(true);
    expect((await add(1, held('one', { subject: cleo }))).isNew).toBe(true);
    const edit = reportedMessage(newId(), { clientMessageId: 'one' });
    expect((await add(1, held('one', { message: edit }))).isNew).toBe(true);
    expect((await add(0, held('one'))).isNew).toBe(false); // although there is no free slot
  });

  test('that hold a message stay one, although slots become free while it is repeated', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()] as const;
    const add = (n: number, clientMessageId: string) =>
      stores[n % 2 === 0 ? 0 : 1].reports.add(
        heldMessage(1, { message: reportedMessage(null, { clientMessageId }) }),
        openMax,
        10,
      );
    for (const round of upTo(30)) {
      const { report } = await add(0, `first ${round}`);
      const [first, resolved, ...repeats] = await Promise.all([
        add(0, `message ${round}`),
        stores[0].reports.resolve(report.id, decision),
        ...upTo(8).map((n) => add(n, `message ${round}`)),
      ]);
      expect(resolved).toHaveLength(1);
      expect(new Set(idsOf([first, ...repeats].map((one) => one.report))).size).toBe(1);
      await stores[1].reports.resolve(first.report.id, decision);
    }
  });

  test('are listed by room, area and server, for moderators of each, without those about the reader', async () => {
    await using site = await newSite();
    const store = await site.open();
    const add = async (audience: Audience, roomId: string, cell: string | null = null, subject = ben) =>
      (await store.reports.add(newReport(newId(), { audience, roomId, cell, subject }), openMax)).report.id;
    const [a, b] = [await add('room', 'plaza', 'here'), await add('area', 'plaza', 'here')];
    const [c, d] = [await add('server', 'plaza', 'here'), await add('room', 'park', 'there')];
    const [e, f] = [await add('room', 'named'), await add('room', 'plaza', 'here', cleo)];
    const held = (await store.reports.add(heldMessage(1, { cell: 'here' }), openMax)).report.id;
    const list = async (scope: ReportScope, fields: Partial<ReportFilter> = {}) =>
      idsOf(await readAll(store, openItems({ scope, ...fields })));
    const inRoom = (audience: Audience, roomId = 'plaza'): ReportScope => ({ type: 'room', roomId, audience });
    const inArea = (...cells: string[]): ReportScope => ({ type: 'area', cells });
    expect(await list({ type: 'server' })).toEqual([a, b, c, d, e, f, held]);
    expect(await list({ type: 'server' }, { exceptSubject: 'cleo' })).toEqual([a, b, c, d, e, held]);
    expect(await list({ type: 'server' }, { kinds: ['held'] })).toEqual([held]);
    expect(await list(inArea('here', 'there', 'elsewhere'))).toEqual([a, b, d, f, held]);
    expect(await list(inArea('there'), { kinds: ['report'] })).toEqual([d]);
    expect(await list(inRoom('server'))).toEqual([a, b, c, f, held]);
    expect(await list(inRoom('area'))).toEqual([a, b, f, held]);
    expect(await list(inRoom('room'), { exceptSubject: 'cleo' })).toEqual([a, held]);
    expect(await list(inRoom('room', 'nowhere'))).toEqual([]);
    const count = (scope: ReportScope, max: number, exceptSubject: string | null = null) =>
      store.reports.count(openItems({ scope, exceptSubject }), max);
    expect([await count({ type: 'server' }, 99), await count({ type: 'server' }, 4)]).toEqual([7, 4]);
    expect([await count(inRoom('room'), 99, 'cleo'), await count(inArea('here', 'there'), 99)]).toEqual([2, 5]);
  });

  test('end a page before they are too long together', async () => {
    await using site = await newSite();
    const store = await site.open();
    const message = reportedMessage(null, { content: 'x'.repeat(30_000) });
    for (const n of upTo(6)) await store.reports.add(heldMessage(n, { message }), openMax);
    const { reports, next } = await store.reports.page(openItems(), { limit: 6 });
    expect(reports.length).toBe(4);
    expect(next).toBe(reports.at(-1)?.id);
    expect(await readAll(store, openItems(), 6)).toHaveLength(6);
  });

  test('are resolved once, together with those about the same message; resolved ones are listed newest first', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const messageId = newId();
    const file = async (userId: string, id: string) =>
      (await store.reports.add(newReport(id, { reporter: { userId, username: userId } }), openMax)).report;
    const same = [await file('u1', messageId), await file('u2', messageId), await file('u3', messageId)];
    const different = await file('u1', newId());
    const decided = { by: cleo, outcome: 'removed', note: 'clear' };
    const outcomes = await Promise.all(
      upTo(4).map((n) => (n % 2 ? store : other).reports.resolve(same[0]?.id ?? '', decided)),
    );
    expect(idsOf(outcomes.flat()).toSorted()).toEqual(idsOf(same).toSorted());
    for (const one of outcomes.flat()) expect(one.resolution).toEqual({ ...decided, at: expect.any(Date) });
    expect(idsOf(await readAll(store))).toEqual([different.id]);
    expect(await store.reports.resolve(newId(), decided)).toEqual([]);
    await other.reports.resolve(different.id, decision);
    const resolved = await readAll(store, openItems({ state: 'resolved' }), 2);
    expect(idsOf(resolved)).toEqual(idsOf([...same, different]).toReversed());
    expect(resolved.at(-1)).toEqual(await other.reports.get(same[0]?.id ?? ''));
  });

  test('are listed by reporter and by subject, and deleted some time after they were resolved', async () => {
    await using site = await newSite();
    let now = 1_700_000_000_000;
    const store = await site.open(() => now);
    const ids: string[] = [];
    for (const n of upTo(5)) {
      const fields = n === 3 ? { reporter: cleo, subject: { userId: 'eve', username: 'Eve' } } : {};
      ids.push((await store.reports.add(newReport(newId(), fields), openMax)).report.id);
      now += 1_000;
      await store.reports.resolve(n === 2 ? '' : (ids.at(-1) ?? ''), decision);
    }
    const page = async (of: { reporterId: string } | { subjectId: string }) =>
      idsOf((await store.reports.pageOf(of, { limit: 10 })).reports);
    expect(await page({ reporterId: 'cleo' })).toEqual([ids[2]]);
    expect(await page({ subjectId: 'ben' })).toEqual([ids[4], ids[3], ids[1], ids[0]]);
    const { reports, next } = await store.reports.pageOf({ reporterId: 'ana' }, { limit: 3 });
    expect(idsOf(reports)).toEqual([ids[4], ids[3], ids[1]]);
    expect(idsOf((await store.reports.pageOf({ reporterId: 'ana' }, { limit: 3, after: next ?? '' })).reports)).toEqual(
      [ids[0]],
    );
    expect(await store.reports.forget(new Date(1_700_000_001_000), 10)).toBe(0);
    expect(await store.reports.forget(new Date(now), 2)).toBe(2);
    expect(await store.reports.forget(new Date(now), 10)).toBe(1);
    expect(await page({ subjectId: 'ben' })).toEqual([ids[4], ids[1]]);
    expect(await store.reports.get(ids[0] ?? '')).toBeNull();
  });

  test('forget a user who is erased: as reporter, author, moderator and in the context, step by step', async () => {
    await using site = await newSite();
    const store = await site.open();
    const eve = { userId: 'user eve', username: 'Eve Everett' };
    const words = (content: string) => reportedMessage(newId(), { ...eve, content });
    await store.reports.add(newReport(newId(), { reporter: eve, note: 'evening note' }), openMax);
    await store.reports.add(newReport('', { subject: eve, message: words('evening words') }), openMax);
    await store.reports.add(newReport(newId(), { context: [words('evening one'), words('evening two')] }), openMax);
    const resolved = (await store.reports.add(newReport(newId()), openMax)).report;
    await store.reports.resolve(resolved.id, { by: eve, outcome: 'dismissed', note: 'evening verdict' });
    await Promise.all(
      upTo(220).map(() => store.reports.add(heldMessage(1, { subject: eve, message: words('evening') }), openMax)),
    );
    let steps = 1;
    while (await store.reports.erase(eve.userId, 'erased-1')) steps += 1;
    expect(steps).toBeGreaterThan(1);
    const left = [...(await readAll(store)), ...(await readAll(store, openItems({ state: 'resolved' })))];
    expect(left).toHaveLength(4);
    expect(JSON.stringify(left)).not.toMatch(/eve/i);
    expect(left.map(({ reporter }) => reporter?.userId)).toContain('erased-1');
    expect(await store.reports.pageOf({ reporterId: eve.userId }, { limit: 9 })).toEqual({ reports: [], next: null });
    expect(await store.reports.erase(eve.userId, 'erased-1')).toBe(false);
  });
});

import type { AuditDetail } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import {
  type AuditEntry,
  type AuditFilters,
  auditScanMax,
  type NewAuditEntry,
} from '../../packages/server/src/store/audit.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { storeDrivers, upTo } from '../resources/stores.ts';

const ana = { userId: 'ana', username: 'Ana' };
const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000);

const entry = (fields: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  ...{ action: 'ban', actor: ana, subjectUserId: 'ben', roomId: 'plaza', cell: 'here', scope: 'room' },
  ...{ reason: 'spam', detail: null },
  ...fields,
});

/** All pages, each of them checked. */
async function readAll(store: Store, filters: AuditFilters = {}, limit = 3): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (let before: string | undefined; ; ) {
    const { entries, next } = await store.audit.page({ filters, before, limit });
    expect(entries.length).toBeLessThanOrEqual(limit);
    all.push(...entries);
    if (next === null) return all;
    before = next;
  }
}

const details: (AuditDetail | undefined)[] = [
  ...[undefined, { type: 'lasts', ms: 60_000 } as const, { type: 'lasts', ms: null } as const],
  ...[{ type: 'text', text: '{“a”,\nb' } as const, { type: 'ended' } as const],
  { type: 'report', kind: 'held', reportId: 'r', outcome: 'refused' },
];

describe.each(storeDrivers)('$driver: the audit log', ({ newSite }) => {
  test('returns what was appended on any instance, newest first, also after a restart', async () => {
    await using site = await newSite();
    let now = at(0);
    const [store, other] = [await site.open(() => now.getTime()), await site.open(() => now.getTime())];
    const stored: AuditEntry[] = [];
    for (const n of upTo(10)) {
      now = at(n);
      const detail = details[n] ?? null;
      const fields = n % 3 ? { detail } : { subjectUserId: null, roomId: null, cell: null, reason: null, detail };
      stored.push(await (n % 2 ? store : other).audit.append(entry({ action: `act ${n}`, ...fields })));
    }
    expect(stored.map((one) => one.at)).toEqual(upTo(10).map(at));
    expect(stored[2]).toMatchObject({ action: 'act 3', subjectUserId: null, roomId: null, detail: details[3] });
    expect(await readAll(store)).toEqual(stored.toReversed());
    await store.close();
    expect(await readAll(await site.open(), {}, 5)).toEqual(stored.toReversed());
    expect(await other.audit.page({ filters: {}, limit: 10 })).toMatchObject({ next: null });
  });

  test('keeps the order of an instance within a millisecond, and when the clock is set back', async () => {
    await using site = await newSite();
    let now = Date.now() + 60_000;
    const store = await site.open(() => now);
    const stored: AuditEntry[] = [];
    for (const n of upTo(30)) {
      if (n === 20) now -= 5_000;
      stored.push(await store.audit.append(entry({ action: `act ${n}` })));
    }
    expect(await readAll(store, {}, 7)).toEqual(stored.toReversed());
  });

  test('is filtered by actor, subject, room, action and time, and by several of them', async () => {
    await using site = await newSite();
    let now = at(0);
    const store = await site.open(() => now.getTime());
    const stored: AuditEntry[] = [];
    for (const n of upTo(24)) {
      now = at(1_000 + n);
      const actor = n % 2 ? ana : { userId: 'eve', username: 'Eve' };
      const [subjectUserId, roomId] = [n % 3 ? 'ben' : 'cleo', n % 4 ? 'plaza' : null];
      stored.push(await store.audit.append(entry({ actor, subjectUserId, roomId, action: n % 5 ? 'ban' : 'mute' })));
    }
    const newest = stored.toReversed();
    const where = (matches: (one: AuditEntry) => boolean) => newest.filter(matches);
    expect(await readAll(store, { actorId: 'ana' })).toEqual(where((one) => one.actor.userId === 'ana'));
    expect(await readAll(store, { subjectUserId: 'cleo' })).toEqual(where((one) => one.subjectUserId === 'cleo'));
    expect(await readAll(store, { roomId: 'plaza' })).toEqual(where((one) => one.roomId === 'plaza'));
    expect(await readAll(store, { action: 'mute' })).toEqual(where((one) => one.action === 'mute'));
    const since = stored[4]?.at;
    const until = stored[9]?.at;
    expect(await readAll(store, { since, until })).toEqual(stored.slice(4, 9).toReversed());
    expect(await readAll(store, { since, until, action: 'ban', actorId: 'eve' }, 1)).toEqual(
      stored
        .slice(4, 9)
        .filter((one) => one.action === 'ban' && one.actor.userId === 'eve')
        .toReversed(),
    );
    expect(await readAll(store, { actorId: 'nobody' })).toEqual([]);
    expect(await readAll(store, { since: new Date(-1), until: at(99_999_999) }, 100)).toEqual(newest);
  });

  test('is filtered by map cells, in pages, and by an action besides', async () => {
    await using site = await newSite();
    const store = await site.open();
    const stored: AuditEntry[] = [];
    for (const n of upTo(21)) {
      const cell = ['here', 'there', 'far', null][n % 4] ?? null;
      stored.push(await store.audit.append(entry({ cell, action: n % 5 ? 'ban' : 'mute' })));
    }
    const cells = ['here', 'there', 'nowhere'];
    const expected = stored.filter(({ cell }) => cell !== null && cells.includes(cell)).toReversed();
    expect(await readAll(store, { cells })).toEqual(expected);
    expect(await readAll(store, { cells: ['far'] }, 2)).toEqual(
      stored.filter(({ cell }) => cell === 'far').toReversed(),
    );
    expect(await readAll(store, { cells, action: 'mute' })).toEqual(expected.filter(({ action }) => action === 'mute'));
    expect(await readAll(store, { cells: ['nowhere'] })).toEqual([]);
  });

  test('has one entry of a decision that is made once, whichever of many concurrent callers on two instances is first', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const calls = upTo(20).map((n) =>
      stores[n % 2]?.audit.appendOnce(entry({ detail: { type: 'text', text: `${n}` } }), 'report 1'),
    );
    const results = (await Promise.all(calls)).flatMap((result) => result ?? []);
    const [first, ...others] = results.filter(({ isNew }) => isNew);
    expect(others).toEqual([]);
    for (const result of results) expect(result.entry).toEqual(first?.entry);
    const again = await stores[0]?.audit.appendOnce(entry(), 'report 2');
    expect(again?.isNew).toBe(true);
    expect(await readAll(await site.open())).toEqual([again?.entry, first?.entry]);
  });

  test('reads a bounded number of entries for a page, whatever is stored', async () => {
    await using site = await newSite();
    const store = await site.open();
    const first = await store.audit.append(entry({ action: 'mute' }));
    await Promise.all(upTo(auditScanMax + 10).map(() => store.audit.append(entry())));
    const filters = { subjectUserId: 'ben', action: 'mute' };
    const page = await store.audit.page({ filters, limit: 10 });
    expect(page).toMatchObject({ entries: [], next: expect.any(String) });
    expect(await store.audit.page({ filters, before: page.next ?? '', limit: 10 })).toEqual({
      entries: [first],
      next: null,
    });
    expect(await readAll(store, {}, 100)).toHaveLength(auditScanMax + 11);
  });

  test('replaces a user who wants to be forgotten by a pseudonym, step by step', async () => {
    await using site = await newSite();
    const store = await site.open();
    const own = { actor: { userId: 'ben', username: 'Ben' }, subjectUserId: 'ana' };
    await Promise.all(upTo(250).map(() => store.audit.append(entry())));
    await store.audit.append(entry(own));
    expect(await store.audit.erase('ben', 'erased-1')).toBe(true);
    while (await store.audit.erase('ben', 'erased-1')) {}
    const all = await readAll(store, {}, 100);
    expect(JSON.stringify(all)).not.toMatch(/ben/i);
    expect(all[0]).toMatchObject({ actor: { userId: 'erased-1', username: 'erased-1' }, subjectUserId: 'ana' });
    expect(await readAll(store, { subjectUserId: 'erased-1' }, 100)).toHaveLength(250);
    expect(await store.audit.erase('ben', 'erased-1')).toBe(false);
  });
});

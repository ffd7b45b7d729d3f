import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId } from '@earshot/shared';
import { nameKey } from '@earshot/shared/lookalikes';
import { describe, expect, test, vi } from 'vitest';
import { areaCells, cellOf } from '../../packages/server/src/cells.ts';
import type { MemberPage, MemberScope } from '../../packages/server/src/store/memberNames.ts';
import { migrate } from '../../packages/server/src/store/sqlite/migrate.ts';
import { migrations } from '../../packages/server/src/store/sqlite/schema.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { mongoSite, type StoreSite, sqliteSite, storeDrivers, upTo } from '../resources/stores.ts';
import { behind, readsOf } from '../resources/storeWork.ts';

const here = cellOf({ latitude: 48.208, longitude: 16.374 });
const nextCell = areaCells(here).find((cell) => cell !== here) ?? here;
const far = cellOf({ latitude: 52.52, longitude: 13.405 });
const area: MemberScope = { type: 'area', cells: areaCells(here) };
const server: MemberScope = { type: 'server' };
const inRoom = (roomId: string): MemberScope => ({ type: 'room', roomId });

async function openRoom(store: Store, cell: string): Promise<string> {
  const { room } = await store.nearestOrNewRoom({ cell, radius: 0, name: 'Room', createdBy: 'owner' });
  return room.id;
}

const join = (store: Store, roomId: string, username: string, userId = username.toLowerCase()) =>
  store.addMember(roomId, { userId, username });

/** All users found, in pages of that length. */
async function find(store: Store, scope: MemberScope, text: string, limit = 50): Promise<string[]> {
  const names: string[] = [];
  for (let after: MemberPage['next'] = null; ; ) {
    const page: MemberPage = await store.memberNames.search({ scope, prefix: nameKey(text), after, limit });
    expect(page.members.length).toBeLessThanOrEqual(limit);
    names.push(...page.members.map(({ username }) => username));
    if (page.next === null) return names;
    after = page.next;
  }
}

describe.each(storeDrivers)('$driver: names of members', ({ newSite }) => {
  test('are found by the beginning of their name, in a room, an area and everywhere', async () => {
    await using site = await newSite();
    const store = await site.open();
    const [one, two, three] = [
      await openRoom(store, here),
      await openRoom(store, nextCell),
      await openRoom(store, far),
    ];
    await store.namedRoom({ roomId: 'plaza', name: 'plaza', cell: null, createdBy: 'owner' });
    await join(store, one, 'Zoë');
    await join(store, one, 'Bob');
    await join(store, two, 'ZOE Alan');
    await join(store, three, 'Ｚоё Berlin');
    await join(store, 'plaza', 'Zoey');
    expect(await find(store, inRoom(one), 'zoe')).toEqual(['Zoë']);
    expect(await find(store, inRoom('plaza'), 'zoe')).toEqual(['Zoey']);
    expect(await find(store, area, 'zoe')).toEqual(['Zoë', 'ZOE Alan']);
    expect(await find(store, server, 'zoe')).toEqual(['Zoë', 'ZOE Alan', 'Ｚоё Berlin', 'Zoey']);
    expect(await find(store, server, 'oe')).toEqual([]);
    expect(await find(store, server, 'zoe%')).toEqual([]);
  });

  test('are listed in pages, each user once, in whatever number of rooms', async () => {
    await using site = await newSite();
    const store = await site.open();
    const rooms = await Promise.all(upTo(3).map(() => openRoom(store, here)));
    const names = upTo(25).map((n) => `Ann ${String(n).padStart(2, '0')}`);
    for (const name of names) await Promise.all(rooms.map((roomId) => join(store, roomId, name)));
    for (const scope of [server, area, inRoom(rooms[0] ?? '')]) {
      // In order of the folded names, which is another one for digits.
      expect((await find(store, scope, 'ann', 4)).sort()).toEqual(names);
      expect((await find(store, scope, 'ann', 25)).sort()).toEqual(names);
    }
  });

  test('several users with one name are all found, and one user under each name', async () => {
    await using site = await newSite();
    const store = await site.open();
    const [one, two] = [await openRoom(store, here), await openRoom(store, far)];
    for (const n of upTo(7)) await join(store, one, 'Ann', `ann ${n}`);
    await join(store, two, 'Annika', 'ann 1');
    expect(await find(store, server, 'ann', 3)).toEqual([...upTo(7).map(() => 'Ann'), 'Annika']);
  });

  test('are found by their present name, and not after they have left or were erased', async () => {
    await using site = await newSite();
    const store = await site.open();
    const roomId = await openRoom(store, here);
    await join(store, roomId, 'Ann', 'a');
    await join(store, roomId, 'Ben', 'a');
    await join(store, roomId, 'Bella', 'b');
    await join(store, roomId, 'Bernd', 'c');
    await store.removeMember(roomId, 'b');
    while (await store.personal.memberships.erase('c', 'erased')) {}
    for (const scope of [server, area, inRoom(roomId)]) {
      expect(await find(store, scope, 'ann')).toEqual([]);
      expect(await find(store, scope, 'b')).toEqual(['Ben']);
    }
  });

  test('have memberships in a scope', async () => {
    await using site = await newSite();
    const store = await site.open();
    const [one, two] = [await openRoom(store, here), await openRoom(store, far)];
    for (const roomId of [one, two]) await join(store, roomId, 'Ann', 'a');
    await join(store, one, 'Ben');
    const roomsOf = async (scope: MemberScope, limit = 5) =>
      (await store.memberNames.memberships('a', scope, limit)).map(({ roomId }) => roomId);
    expect(await roomsOf(server)).toEqual([one, two].sort());
    expect(await roomsOf(server, 1)).toEqual([one, two].sort().slice(0, 1));
    expect(await roomsOf(area)).toEqual([one]);
    expect(await roomsOf(inRoom(two))).toEqual([two]);
    expect(await roomsOf(inRoom('plaza'))).toEqual([]);
    expect(await store.memberNames.memberships('a', inRoom(one), 5)).toEqual([
      { roomId: one, username: 'Ann', joinedAt: expect.any(Date) },
    ]);
  });
});

const memberCount = 5_000;

/** A room of an earlier version, with many members who are in no index of names. */
async function fillSqlite(site: StoreSite, roomId: string): Promise<void> {
  if (site.spec.kind !== 'sqlite') throw new TypeError('not a file');
  await mkdir(dirname(site.spec.file), { recursive: true });
  using file = new DatabaseSync(site.spec.file);
  const names = migrations.findIndex((step) => step.includes('name_key'));
  migrate(file, migrations.slice(0, names));
  file.prepare('INSERT INTO rooms (id, name, cell, created_at) VALUES (?, ?, ?, 1)').run(roomId, 'Old', here);
  const insert = file.prepare('INSERT INTO members (room_id, user_id, username, joined_at) VALUES (?, ?, ?, 1)');
  file.exec('BEGIN');
  for (const n of upTo(memberCount)) insert.run(roomId, `user ${n}`, `Ann ${n}`);
  file.exec('COMMIT');
}

async function fillMongo(site: StoreSite, roomId: string): Promise<void> {
  await using raw = await behind(site);
  await raw.db.collection('rooms').insertOne({ name: 'Old', location_id: roomId, created_at: new Date(1) });
  const members = upTo(memberCount).map((n) => ({
    ...{ room_id: roomId, user_id: `user ${n}`, username: `Ann ${n}`, joined_at: new Date(1) },
  }));
  await raw.db.collection('members').insertMany(members);
}

const earlier = [
  { driver: 'sqlite', newSite: sqliteSite, fill: fillSqlite },
  { driver: 'mongodb', newSite: () => mongoSite(), fill: fillMongo },
] as const;

describe.each(earlier)('$driver: members of an earlier version', ({ newSite, fill }) => {
  test('are found, and a search among many reads about as much as it returns', async () => {
    await using site = await newSite();
    const roomId = newId();
    await fill(site, roomId);
    const store = await site.open();
    const search = () =>
      store.memberNames.search({ scope: inRoom(roomId), prefix: nameKey('ann 49'), after: null, limit: 10 });
    await vi.waitFor(async () => expect(await find(store, inRoom(roomId), 'ann')).toHaveLength(memberCount), {
      timeout: 30_000,
      interval: 100,
    });
    const work = await readsOf(site, /\.members$/, async () => expect((await search()).members).toHaveLength(10));
    expect(work).toBeLessThanOrEqual(202);
  }, 60_000);
});

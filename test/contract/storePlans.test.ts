import { DatabaseSync } from 'node:sqlite';
import { inspect } from 'node:util';
import { newId } from '@earshot/shared';
import { type Db, type Document, MongoClient } from 'mongodb';
import { beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { areaCells, cellOf } from '../../packages/server/src/cells.ts';
import type { MemberScope } from '../../packages/server/src/store/memberNames.ts';
import { migrate } from '../../packages/server/src/store/sqlite/migrate.ts';
import { migrations } from '../../packages/server/src/store/sqlite/schema.ts';
import { allWrites } from '../../packages/server/src/store/sqlite/writing/writes.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { fillReports, reportCalls } from '../resources/reportCalls.ts';
import { ruleCalls } from '../resources/ruleCalls.ts';
import { banOf } from '../resources/rules.ts';
import { mongoSite, send, sqliteSite, upTo } from '../resources/stores.ts';
import { profileOf } from '../resources/storeWork.ts';

const memberScopes: readonly MemberScope[] = [
  { type: 'server' },
  { type: 'area', cells: areaCells(cellOf({ latitude: 48.208, longitude: 16.374 })) },
  { type: 'room', roomId: 'plaza' },
];

describe('sqlite', () => {
  let statements: string[] = [];
  beforeAll(async () => {
    await using site = await sqliteSite();
    if (site.spec.kind !== 'sqlite') throw new TypeError('not a file');
    using prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
    await site.open();
    using file = new DatabaseSync(site.spec.file);
    allWrites(file);
    statements = [...new Set(prepare.mock.calls.map(([sql]) => sql.replaceAll(/\s+/g, ' ')))];
  });

  const problems = (database: DatabaseSync) => statements.flatMap((sql) => planProblem(database, sql) ?? []);

  test('runs every statement with an index and in the index’s order', () => {
    expect(statements.filter((sql) => / WHERE /.test(sql)).length).toBeGreaterThan(30);
    using database = new DatabaseSync(':memory:');
    migrate(database, migrations);
    expect(problems(database)).toEqual([]);
  });

  test('has no unused index', () => {
    using names = new DatabaseSync(':memory:');
    migrate(names, migrations);
    const made = names.prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`).all();
    expect(made.length).toBeGreaterThan(5);
    for (const { name } of made) {
      using database = new DatabaseSync(':memory:');
      migrate(database, migrations);
      database.exec(`DROP INDEX ${name}`);
      expect([name, problems(database)]).not.toEqual([name, []]);
    }
  });
});

/** The problem with a statement's plan, or null. */
function planProblem(database: DatabaseSync, sql: string): string | null {
  const steps = explain(database, sql);
  const where = sql.split(' WHERE ').slice(1).join(' ');
  const queried = Array.from(where.matchAll(/\b([a-z_]+) (?:[<>]=?|=) \?/g), ([, column]) => column);
  const found = steps.flatMap((step) => Array.from(step.matchAll(/([a-z_]+)[<>=]+\?/g), ([, column]) => column));
  const nulls = Array.from(where.matchAll(/\b([a-z_]+) IS NULL/g), ([condition]) => condition);
  const index = steps.map((step) => /USING (?:COVERING )?INDEX (\w+)/.exec(step)?.[1]).join();
  const isPartial = nulls.every((condition) => indexSql(database, index).includes(condition)) || found.includes('id');
  // An id is unique. The R*Tree has its own search.
  const isByIndex = found.includes('id') || steps.some(isInRTree) || queried.every((column) => found.includes(column));
  const isBad = steps.some((step) => /^SCAN (?!\()|TEMP B-TREE|failed/.test(step) && !isInRTree(step));
  return isByIndex && isPartial && !isBad ? null : `${sql}: ${steps.join('; ')}`;
}

const indexSql = (database: DatabaseSync, name: string): string =>
  String(database.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(name)?.sql);

/** Whether it searches by id or by bounds. */
const isInRTree = (step: string) => /^SCAN cell_points VIRTUAL TABLE INDEX (1:|2:\w)/.test(step);

function explain(database: DatabaseSync, sql: string): string[] {
  try {
    return database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail));
  } catch (error) {
    return [`failed: ${String(error)}`]; // the index that it names does not exist
  }
}

describe('mongodb', () => {
  test('answers every call with an index and in the index’s order, and reads hardly more than it returns', async () => {
    await using site = await mongoSite();
    if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
    const store = await site.open();
    const filled = await fill(store);
    await using client = await MongoClient.connect(inject('mongodbUri'));
    const db = client.db(site.spec.database);
    for (const [name, calls] of callsOf(store, filled)) {
      for (const call of calls) {
        const operations = await profileOf(db, call);
        expect([name, operations.length]).not.toEqual([name, 0]);
        expect([name, operations.flatMap((one) => workProblem(one) ?? [])]).toEqual([name, []]);
      }
    }
  }, 30_000);

  test('has no unused index', async () => {
    await using site = await mongoSite();
    if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
    const first = await site.open();
    await first.personal.messages.exportOf('ana', { after: null, limit: 1 }); // waits for the indexes
    await first.close();
    const store = await site.open(); // a start needs an index, too
    for (const [, calls] of callsOf(store, await fill(store))) for (const call of calls) await call();
    await using client = await MongoClient.connect(inject('mongodbUri'));
    expect(await unusedIndexes(client.db(site.spec.database))).toEqual([
      // Unique: a number is given once. Writes depend on it, and nothing reads by it.
      'messages { room_id: 1, taken_seqs: 1 }',
    ]);
  }, 30_000);
});

/** The indexes that no operation has used, except those of `_id`. */
async function unusedIndexes(db: Db): Promise<string[]> {
  const unused: string[] = [];
  for (const { name } of await db.listCollections().toArray()) {
    const stats = await db
      .collection(name)
      .aggregate([{ $indexStats: {} }])
      .toArray();
    for (const { key, accesses } of stats)
      if (Number(accesses.ops) === 0 && inspect(key) !== '{ _id: 1 }') unused.push(`${name} ${inspect(key)}`);
  }
  return unused.toSorted();
}

/** The problem with how MongoDB executed an operation, or null. */
function workProblem({ op, ns, planSummary, ...work }: Document): string | null {
  const { docsExamined = 0, keysExamined = 0, hasSortStage = false } = work;
  const returned = Math.max(work.nreturned ?? 0, work.nModified ?? 0, work.ndeleted ?? 0);
  const isSearch = String(planSummary).startsWith('GEO_NEAR'); // it searches outwards in rings
  const isCount = work.command?.aggregate !== undefined && docsExamined === 0; // it reads the keys that it counts
  const isMuch = Math.max(docsExamined, keysExamined) > (isSearch || isCount ? 100 : 2 + 2 * returned);
  const isBad = isMuch || hasSortStage || String(planSummary).includes('COLLSCAN');
  return isBad ? `${op} ${ns}: ${planSummary}, ${keysExamined} keys, ${docsExamined} documents for ${returned}` : null;
}

const place = { latitude: 52.52, longitude: 13.405 };
const here = cellOf(place);

interface Filled {
  roomId: string;
  messageIds: readonly string[];
  idleRoomIds: readonly string[];
}

/** Stores many more rooms, messages, members and positions than any call returns. */
async function fill(store: Store): Promise<Filled> {
  const [roomId = '', ...idleRoomIds] = await inOrder(40, async (n) => {
    const cell = cellOf({ latitude: place.latitude + n / 100, longitude: place.longitude });
    return (await store.nearestOrNewRoom({ cell, radius: 0, name: 'Room', createdBy: 'ana' })).room.id;
  });
  await inOrder(40, async (n) => {
    const user = { userId: `user ${n}`, username: 'User' };
    await store.addMember(roomId, user);
    await store.saveLocation(user, here, new Date());
    await store.rules.put(banOf(`user ${n}`));
    await store.privacy.block(user.userId, { userId: n === 5 ? 'cleo' : `user ${n + 1}`, username: null });
  });
  await inOrder(40, (n) => store.audit.append(auditEntry(n)));
  await fillReports(store.reports);
  const messages = await Promise.all(upTo(200).map(() => send(store, roomId)));
  return { roomId, idleRoomIds, messageIds: messages.map(({ id }) => id) };
}

const auditEntry = (n: number) => ({
  ...{ action: n % 2 ? 'ban' : 'mute', actor: { userId: n % 3 ? 'ana' : 'eve', username: 'Ana' } },
  ...{ subjectUserId: n % 2 ? 'ben' : null, roomId: n % 2 ? 'plaza' : null, cell: n % 2 ? 'here' : null },
  ...{ scope: 'room', reason: null, detail: null },
});

async function inOrder<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (const n of upTo(count)) made.push(await make(n));
  return made;
}

/** A call of every method that queries the database. */
function callsOf(store: Store, { roomId, messageIds, idleRoomIds }: Filled) {
  const [messageId = '', edited = '', deleted = ''] = messageIds;
  const target = { roomId, messageId };
  const made = { name: 'Here', createdBy: 'ana' };
  const later = new Date(Date.now() + 60_000);
  const react = (on: boolean) => store.change(target, { type: 'react', userId: 'ben', emoji: '👍', on });
  const described = { roomId, user: { userId: 'ana', username: 'Ana' }, topic: undefined, label: 'Here' };
  const cleo = { userId: 'cleo', username: 'Cleo' };
  const idle = idleRoomIds.slice(0, 20);
  const calls = {
    append: [{}, { clientMessageId: 'once' }, { clientMessageId: 'once' }].map(
      (fields) => () => send(store, roomId, fields),
    ),
    change: [
      () => store.change({ roomId, messageId: edited }, { type: 'edit', content: 'edited' }),
      () => react(true),
      () => react(false),
      () => store.change({ roomId, messageId: deleted }, { type: 'delete' }),
      () => store.change({ roomId, messageId: deleted }, { type: 'erase', userId: 'ana', pseudonym: 'erased' }),
    ],
    message: [() => store.message(target)],
    ownReactions: [() => store.ownReactions(roomId, { userId: 'ben', messageIds: messageIds.slice(0, 3) })],
    history: [{}, { before: 50 }, { after: 50 }].map((page) => () => store.history(roomId, { limit: 3, ...page })),
    historyBefore: [undefined, later].map((before) => () => store.historyBefore(roomId, { before, limit: 3 })),
    snapshot: [() => store.snapshot(roomId, 3)],
    changesSince: [() => store.changesSince(roomId, 50, 3)],
    heads: [() => store.heads([roomId])],
    newestMessages: [() => store.newestMessages([roomId, ...idleRoomIds.slice(0, 3)], 10)],
    lastChange: [() => store.lastChange(roomId, 50)],
    nearestOrNewRoom: [5, 0].map((radius) => () => store.nearestOrNewRoom({ cell: here, radius, ...made })),
    namedRoom: [null, here].map((cell) => () => store.namedRoom({ roomId: newId(), cell, ...made })),
    room: [() => store.room(roomId)],
    describe: ['Club', 'Bar', null].map((title) => () => store.describe({ ...described, title })),
    roomsNear: [() => store.roomsNear(here, 50_000, 3)],
    roomsNearPage: [undefined, { cell: here, roomId: 'a name' }, { cell: here, roomId }].map(
      (after) => () => store.roomsNearPage({ cell: here, radius: 50_000, limit: 3, after }),
    ),
    resetIdleTime: [() => store.resetIdleTime(idle)],
    endMemberships: [() => store.endMemberships(idle, { idleBefore: later, inactiveBefore: later })],
    // The rooms that are idle longest come first, so the vacated ones precede the others.
    idleRooms: [() => store.idleRooms(later, 3)],
    inactiveRooms: [() => store.inactiveRooms(later, 3)],
    vacatedRooms: [() => store.vacatedRooms(later, 3)],
    removeRooms: [() => store.removeRooms(idle.slice(0, 3), later)],
    wasRemoved: [() => store.wasRemoved(idle[0] ?? '')],
    purgeRemovedRooms: [() => store.purgeRemovedRooms()],
    forgetRemovedRooms: [() => store.forgetRemovedRooms(later, 2)],
    addMember: [() => store.addMember(roomId, cleo)],
    isMember: [() => store.isMember(roomId, 'cleo')],
    removeMember: [() => store.removeMember(roomId, 'cleo')],
    saveLocation: [() => store.saveLocation(cleo, here, new Date(5))],
    location: [() => store.location('cleo')],
    privacy: [
      () => store.privacy.block('user 1', { userId: 'cleo', username: 'Cleo' }),
      () => store.privacy.block('user 1', { userId: 'cleo', username: 'Cleo' }),
      () => store.privacy.read('user 1'),
      () => store.privacy.unblock('user 2', 'cleo'),
      () => store.privacy.changeVisibility('user 2', { rooms: 'all', visible: false }),
      () => store.privacy.visibilityOf(['user 1', 'user 2']),
      () => store.privacy.changedSince(new Date(0), 3),
      () => store.privacy.changedSince(later, 3, 60_000),
      () => store.privacy.erase('cleo'),
    ],
    forgetLocations: [() => store.forgetLocations(new Date(9))],
    audit: [
      () => store.audit.append(auditEntry(1)),
      () => store.audit.appendOnce(auditEntry(1), 'once'),
      () => store.audit.appendOnce(auditEntry(1), 'once'),
      ...[
        {},
        { subjectUserId: 'ben' },
        { actorId: 'ana' },
        { roomId: 'plaza' },
        { cells: ['here', 'there'] },
        { cells: ['nowhere'] },
        { action: 'ban' },
      ].map((filters) => () => store.audit.page({ filters: { ...filters, until: later }, limit: 3 })),
      () => store.audit.erase('ben', 'erased'),
    ],
    rules: ruleCalls(store.rules),
    erasures: [
      () => store.erasures.request({ id: 'ana', userId: 'ana', pseudonym: 'erased', requestedAt: new Date(7) }),
      () => store.erasures.find('ana'),
      () => store.erasures.take(new Date(9), later),
      () => store.erasures.postpone('ana', { dueAt: later, passes: 1 }),
      () => store.erasures.finish('ana', new Date(9)),
      () => store.erasures.forget(later, 3),
    ],
    expiry: [
      ...[null, 'plaza', newId()].map((after) => () => store.expiry.roomsAfter(after, 3)),
      () => store.expiry.deleteExpired([{ roomId, before: new Date(9) }], later),
      () => store.expiry.take('allRooms', new Date(9), later),
      () => store.expiry.save('allRooms', { after: 'plaza', dueAt: later }),
    ],
    personal: Object.values(store.personal).flatMap((part) => [
      ...[null, messageId].map((after) => () => part.exportOf('ana', { after, limit: 3 })),
      () => part.exportOf('ben', { after: `${messageId} 👍`, limit: 3 }),
      () => part.exportOf('ben', { after: `message ${messageId}`, limit: 3 }),
      () => part.erase('ben', 'erased'),
    ]),
    memberNames: memberScopes.flatMap((scope) => [
      ...[null, { nameKey: 'ana', userId: 'ana' }].map(
        (after) => () => store.memberNames.search({ scope, prefix: 'a', after, limit: 3 }),
      ),
      () => store.memberNames.memberships('ana', scope, 3),
    ]),
    reports: reportCalls(store.reports),
  } satisfies Record<Exclude<keyof Store, 'kind' | 'ping' | 'close'>, (() => Promise<unknown>)[]>;
  return Object.entries(calls);
}

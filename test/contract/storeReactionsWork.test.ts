import { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Document, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { reactionFields } from '../../packages/server/src/store/mongo/log/reactionFields.ts';
import { groupReactions, type OneReaction, summarize } from '../../packages/server/src/store/reactionSummary.ts';
import { encodeReactions } from '../../packages/server/src/store/sqlite/rows.ts';
import { reactionWrites } from '../../packages/server/src/store/sqlite/writing/reactionWrites.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { mongoSite, type StoreSite, send, sqliteSite, upTo } from '../resources/stores.ts';
import { behind } from '../resources/storeWork.ts';

const roomId = 'plaza';
const emojis = upTo(20).map((n) => String.fromCodePoint(0x1f600 + n));

/** 10,000 reactions to one message: 2,000 users, five emoji each. */
const reactions = upTo(2_000).flatMap((n) =>
  upTo(5).map((k): OneReaction => ({ userId: `u${n}`, emoji: emojis[(n + k) % emojis.length] ?? '' })),
);
const summary = summarize(groupReactions(reactions));

function openFile(site: StoreSite): DatabaseSync {
  if (site.spec.kind !== 'sqlite') throw new TypeError('not a file');
  return new DatabaseSync(site.spec.file, { timeout: 5_000 });
}

function fillSqlite(site: StoreSite, messageId: string): void {
  using file = openFile(site);
  file.exec('BEGIN');
  const insert = file.prepare('INSERT INTO reactions VALUES (?, ?, ?, ?, ?)');
  for (const [position, { userId, emoji }] of reactions.entries()) {
    insert.run(roomId, messageId, userId, emoji, position);
  }
  file.prepare('UPDATE messages SET reactions = ? WHERE id = ?').run(encodeReactions(summary), messageId);
  file.exec('COMMIT');
}

async function fillMongo(site: StoreSite, messageId: string): Promise<void> {
  await using raw = await behind(site);
  const _id = new ObjectId(messageId);
  const rows = reactions.map(({ userId, emoji }, position) => ({
    ...{ room_id: roomId, message_id: _id, user_id: userId, emoji, position },
  }));
  await raw.db.collection<Document>('reactions').insertMany(rows);
  await raw.db.collection<Document>('messages').updateOne({ _id }, { $set: reactionFields(summary) });
}

/** Fills a room in which the newest of 60 messages has all the reactions. */
async function openRoom({ newSite, fill }: (typeof drivers)[number]) {
  const site = await newSite();
  const store = await site.open();
  for (const _ of upTo(59)) await send(store, roomId);
  const { id: messageId } = await send(store, roomId);
  await fill(site, messageId);
  return { site, store, target: { roomId, messageId } };
}

const drivers = [
  { driver: 'sqlite', newSite: sqliteSite, fill: async (site: StoreSite, id: string) => fillSqlite(site, id) },
  { driver: 'mongodb', newSite: () => mongoSite(), fill: fillMongo },
] as const;

const reads = (store: Store, messageId: string): [name: string, work: () => Promise<unknown>, most: number][] => [
  ['a page of the room', () => store.history(roomId, { limit: 50 }), 150],
  ['the start of a watch', () => store.snapshot(roomId, 50), 150],
  ['the changes since a position', () => store.changesSince(roomId, 10, 50), 150],
  ['own reactions', () => store.ownReactions(roomId, { userId: 'u7', messageIds: [messageId] }), 30],
];

describe('mongodb: with 10,000 reactions to a message', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(drivers[1]);
  }, 60_000);
  afterAll(() => room.site[Symbol.asyncDispose]());

  /** The number of documents and index keys that the database examined. */
  async function examined(work: () => Promise<unknown>): Promise<number> {
    await using raw = await behind(room.site);
    await raw.db.command({ profile: 2 });
    await work();
    await raw.db.command({ profile: 0 });
    const profile = raw.db.collection('system.profile');
    const entries = await profile.find({ ns: /\.(messages|reactions)$/ }).toArray();
    await profile.drop();
    expect(entries.length).toBeGreaterThan(0);
    return entries.reduce((sum, { docsExamined = 0, keysExamined = 0 }) => sum + docsExamined + keysExamined, 0);
  }

  test('reads examine about as much as they return', async () => {
    for (const [name, work, most] of reads(room.store, room.target.messageId)) {
      expect([name, (await examined(work)) <= most]).toEqual([name, true]);
    }
  });

  test.each([
    ['adds one', 'newcomer', emojis[3], true],
    ['takes it back', 'newcomer', emojis[3], false],
    ['takes back one of the first', 'u1', emojis[2], false],
    ['adds what is there', 'u50', emojis[51 % 20], true],
  ])('a user who %s makes the database examine little', async (_name, userId, emoji = '', on) => {
    const change = { type: 'react', userId, emoji, on } as const;
    expect(await examined(() => room.store.change(room.target, change))).toBeLessThan(100);
  });
});

describe('sqlite: with 10,000 reactions to a message', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(drivers[0]);
  }, 60_000);
  afterAll(() => room.site[Symbol.asyncDispose]());

  /** The number of rows that statements returned. */
  async function rowsRead(work: () => unknown): Promise<number> {
    using all = vi.spyOn(StatementSync.prototype, 'all');
    using one = vi.spyOn(StatementSync.prototype, 'get');
    await work();
    return one.mock.calls.length + all.mock.results.reduce((sum, { value }) => sum + value.length, 0);
  }

  const plan = (file: DatabaseSync, sql: string) =>
    file
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail);

  test('reads use an index in its order, and pages examine no reaction', async () => {
    using prepared = vi.spyOn(DatabaseSync.prototype, 'prepare');
    await room.site.open();
    const statements = new Set(prepared.mock.calls.map(([sql]) => sql).filter((sql) => /FROM messages/.test(sql)));
    using file = openFile(room.site);
    expect(statements.size).toBeGreaterThan(5);
    for (const sql of statements) {
      // Two searches may be merged.
      const steps = plan(file, sql).filter((step) => !/^(MERGE|LEFT$|RIGHT$)/.test(String(step)));
      const search = expect.stringMatching(/^SEARCH messages USING /);
      expect([sql, steps]).toEqual([sql, steps.length === 2 ? [search, search] : [search]]);
    }
    const { store, target } = room;
    const messageIds = [target.messageId];
    expect(await rowsRead(() => store.ownReactions(roomId, { userId: 'u7', messageIds }))).toBe(5);
  });

  test('a change reads few rows, each with an index in its order', async () => {
    using file = openFile(room.site);
    using prepared = vi.spyOn(DatabaseSync.prototype, 'prepare');
    const writes = reactionWrites(file);
    const text = encodeReactions(summary);
    const change = { type: 'react', userId: 'u1', emoji: emojis[2] ?? '', on: false } as const;
    expect(await rowsRead(() => writes.read(room.target, text, change))).toBeLessThan(30);
    expect(await rowsRead(() => writes.read(room.target, text, { ...change, on: true }))).toBeLessThan(10);
    const statements = prepared.mock.calls.map(([sql]) => sql).filter((sql) => !sql.startsWith('INSERT'));
    expect(statements.length).toBeGreaterThan(3);
    for (const sql of statements) {
      // A second line would be a sort of all results.
      expect(plan(file, sql)).toEqual([
        expect.stringMatching(/^SEARCH reactions USING .*\(room_id=\? AND message_id=\?/),
      ]);
    }
  });
});

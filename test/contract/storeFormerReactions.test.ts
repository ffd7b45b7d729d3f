import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId } from '@earshot/shared';
import { type Document, MongoClient, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { migrate } from '../../packages/server/src/store/sqlite/migrate.ts';
import { migrations } from '../../packages/server/src/store/sqlite/schema.ts';
import { mongoSite, type StoreSite, send, sqliteSite, upTo } from '../resources/stores.ts';

const messageId = newId();
const bare = newId();
const people = upTo(25).map((n) => `u${n}`);

/** Earlier versions stored all reactions in the message, in the order in which they were made. */
const former: [userId: string, emoji: string][] = [
  ['ana', '\u2764'], // one that is not fully qualified
  ...people.map((userId): [string, string] => [userId, '👍']),
  ['ana', '🎉'],
];

async function formerSqlite({ spec }: StoreSite): Promise<void> {
  if (spec.kind !== 'sqlite') throw new TypeError('not a file');
  await mkdir(dirname(spec.file), { recursive: true });
  using file = new DatabaseSync(spec.file);
  const step = migrations.findIndex((sql) => sql.includes('CREATE TABLE reactions'));
  migrate(file, migrations.slice(0, step));
  const insert = file.prepare(
    `INSERT INTO messages (room_id, seq, updated_seq, id, user_id, username, content, timestamp, deleted, reactions)
     VALUES ('plaza', ?, ?, ?, 'ben', 'Ben', 'hi', 1000, 0, ?)`,
  );
  insert.run(1, 3, messageId, JSON.stringify(former));
  insert.run(2, 2, bare, '[]');
}

async function formerMongo({ spec }: StoreSite): Promise<void> {
  if (spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
  await using client = await MongoClient.connect(inject('mongodbUri'));
  const message = { room_id: 'plaza', user_id: 'ben', username: 'Ben', content: 'hi', timestamp: new Date(1_000) };
  const unchanged = { edited_at: null, deleted: false };
  await client
    .db(spec.database)
    .collection<Document>('messages')
    .insertMany([
      {
        ...{ _id: new ObjectId(messageId), seq: 1, updated_seq: 3, taken_seqs: [1, 3], ...message, ...unchanged },
        reactions: former.map(([user_id, emoji]) => ({ user_id, emoji })),
      },
      { _id: new ObjectId(bare), seq: 2, updated_seq: 2, taken_seqs: [2], ...message, ...unchanged, reactions: [] },
    ]);
}

const drivers = [
  { driver: 'sqlite', newSite: sqliteSite, fill: formerSqlite },
  { driver: 'mongodb', newSite: () => mongoSite(), fill: formerMongo },
] as const;

describe.each(drivers)('$driver: reactions that an earlier version stored in the message', ({ newSite, fill }) => {
  const heart = { emoji: '\u2764\ufe0f', count: 1, userIds: ['ana'] };
  const party = { emoji: '🎉', count: 1, userIds: ['ana'] };

  test('are returned, counted and attributed to their users', async () => {
    await using site = await newSite();
    await fill(site);
    const store = await site.open();
    const summaries = [heart, { emoji: '👍', count: 25, userIds: people.slice(0, 20) }, party];
    const { messages } = await store.snapshot('plaza', 50);
    expect(messages.map(({ id, reactions }) => [id, reactions])).toEqual([
      [messageId, summaries],
      [bare, []],
    ]);
    expect((await store.changesSince('plaza', 2, 10)).map(({ reactions }) => reactions)).toEqual([summaries]);
    const own = async (userId: string) =>
      (await store.ownReactions('plaza', { userId, messageIds: [messageId, bare] })).map(({ emojis }) => emojis.sort());
    expect(await own('ana')).toEqual([[heart.emoji, '🎉'].sort(), []]);
    expect(await own('u25')).toEqual([['👍'], []]); // not among the named users
    expect(await own('eve')).toEqual([[], []]);
  });

  test('are unchanged when another one is added or removed', async () => {
    await using site = await newSite();
    await fill(site);
    const [store, other] = await Promise.all([site.open(), site.open()]);
    await send(store, 'plaza'); // the next number after them
    const target = { roomId: 'plaza', messageId };
    const react = (userId: string, emoji: string, on: boolean, by = store) =>
      by.change(target, { type: 'react', userId, emoji, on });
    expect((await react('ana', '\u2764\ufe0f', true)).isChanged).toBe(false);
    expect((await react('eve', '👍', true)).message.reactions[1]).toEqual({
      ...{ emoji: '👍', count: 26, userIds: people.slice(0, 20) },
    });
    const { message } = await react('u3', '👍', false, other);
    const rest = people.filter((userId) => userId !== 'u3').slice(0, 20);
    expect(message.reactions).toEqual([heart, { emoji: '👍', count: 25, userIds: rest }, party]);
    await react('ana', '\u2764\ufe0f', false, other);
    expect((await store.message(target))?.reactions.map(({ emoji }) => emoji)).toEqual(['👍', '🎉']);
    const own = async (userId: string) => (await other.ownReactions('plaza', { userId, messageIds: [messageId] }))[0];
    expect((await own('ana'))?.emojis).toEqual(['🎉']);
    expect((await own('u3'))?.emojis).toEqual([]);
    expect((await own('u25'))?.emojis).toEqual(['👍']);
  });
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BSON, MongoClient } from 'mongodb';
import { expect, inject, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { somewhere } from '../resources/places.ts';
import { type EarshotProcess, startProcess } from '../resources/process.ts';
import { clusterSettings } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { checkedTokens, signToken } from '../resources/tokens.ts';

/** What must be found nowhere in the end. Each is so unusual that it occurs by no accident. */
const person = { userId: 'user-Xq7vKp29', username: 'Zebulon Quarrington' };
const content = 'the walrus said';
const clientId = 'client-Jw3';
const traces = [person.userId, person.username, content, clientId];

const confirm = 'erase everything about me';
const kills = 10;

async function clientOf({ url }: EarshotProcess, { userId, username }: typeof person) {
  return stockClient(url, { token: await signToken(userId, '1h', username) });
}

/** The person writes in three rooms between the messages of others, edits, deletes, reacts and leaves. */
async function fillRooms(server: EarshotProcess): Promise<void> {
  using client = await clientOf(server, person);
  using other = await clientOf(server, { userId: 'somebody', username: 'Somebody' });
  const { api } = client;
  for (let room = 0; room < 3; room += 1) {
    const { room: joined } = await api.rooms.join.mutate({ location: somewhere() });
    const roomId = joined.id;
    await other.api.rooms.join.mutate({ roomId });
    for (let n = 0; n < 100; n += 1) {
      const clientMessageId = `${clientId} ${room} ${n}`;
      const text = `${content} ${n}, and more words to fill the pages of the file`;
      const sent = await api.messages.send.mutate({ roomId, content: text, clientMessageId });
      const answer = await other.api.messages.send.mutate({ roomId, content: `an answer ${n} of somebody else` });
      if (n % 3 === 0) await api.messages.react.mutate({ roomId, messageId: answer.id, emoji: '👍', on: true });
      if (n % 4 === 0) await api.messages.edit.mutate({ roomId, messageId: sent.id, content: `${content} again ${n}` });
      if (n % 10 === 0) await api.messages.delete.mutate({ roomId, messageId: sent.id });
    }
    await api.rooms.describe.mutate({ roomId, topic: 'Anything' });
    if (room === 0) await api.rooms.leave.mutate({ roomId });
  }
  await api.users.updateLocation.mutate({ location: somewhere() });
}

interface Site {
  start: () => Promise<EarshotProcess>;
  /** The traces of the person in what is stored. */
  found: () => Promise<string[]>;
  /** Number of tombstones of erased users. */
  countErased: () => Promise<number>;
}

/** Kills the server repeatedly while it erases; resolves when the erasure has finished. */
async function eraseWithKills({ start, found, countErased }: Site): Promise<void> {
  await using servers = new AsyncDisposableStack();
  let server = servers.use(await start());
  await fillRooms(server);
  expect(await found()).toEqual(traces);
  {
    using client = await clientOf(server, person);
    expect(await client.api.me.erase.mutate({ confirm })).toMatchObject({ state: 'running' });
  }
  for (let kill = 0; kill < kills; kill += 1) {
    // In the middle: of 300 messages, some more are erased each time.
    await eventually(async () => (await countErased()) >= 25 * (kill + 1), 90_000);
    await server.end('SIGKILL');
    server = servers.use(await start());
  }
  expect(await countErased()).toBeLessThan(300);
  await eventually(async () => (await found()).length === 0, 90_000);
  expect(await countErased()).toBe(300);
  expect(await server.end('SIGTERM')).toMatchObject({ code: 0 });
  expect(await found()).toEqual([]);
}

const tracesIn = (all: readonly Uint8Array[]) =>
  traces.filter((trace) => all.some((bytes) => Buffer.from(bytes).includes(trace)));

// Both mostly wait, for leases of killed servers to end.
test.concurrent('an erasure survives ten kills: no file of the embedded store has anything of the user', async () => {
  await using folder = await dataFolder();
  const env = { ...checkedTokens, DATA_DIR: folder.path, SEND_RATE: '0', LOG_LEVEL: 'warn' };
  await eraseWithKills({
    start: () => startProcess(env),
    found: async () => {
      const names = await readdir(folder.path);
      return tracesIn(await Promise.all(names.map((name) => readFile(join(folder.path, name)))));
    },
    countErased: async () => {
      using database = new DatabaseSync(join(folder.path, 'earshot.db'), { readOnly: true });
      return Number(
        database
          .prepare("SELECT count(*) AS n FROM messages WHERE username = 'Erased user' AND description IS NULL")
          .get()?.n,
      );
    },
  });
}, 600_000);

test.concurrent('an erasure survives ten kills: no collection of MongoDB has anything of the user', async () => {
  const cluster = clusterSettings();
  const env = { ...cluster, ...checkedTokens, SEND_RATE: '0', LOG_LEVEL: 'warn' };
  await using client = await MongoClient.connect(inject('mongodbUri'));
  const db = client.db(cluster.MONGODB_DB);
  await eraseWithKills({
    start: () => startProcess(env),
    found: async () => {
      const names = (await db.listCollections().toArray()).map(({ name }) => name);
      const all = await Promise.all(names.map((name) => db.collection(name).find().toArray()));
      return tracesIn(all.flat().map((document) => BSON.serialize(document)));
    },
    countErased: () =>
      db.collection('messages').countDocuments({ username: 'Erased user', description: { $exists: false } }),
  });
}, 600_000);

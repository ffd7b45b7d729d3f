import { MongoClient, ObjectId } from 'mongodb';
import { describe, expect, inject, test, vi } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { beginTransaction } from '../resources/beginTransaction.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { allChanges, ascending, mongoSite, send, storeDrivers, upTo } from '../resources/stores.ts';

const here = cellOf({ latitude: 48.2, longitude: 16.37 });
const user = { userId: 'ana', username: 'Ana' };

async function makeRoom(store: Store): Promise<string> {
  return (await store.nearestOrNewRoom({ cell: here, radius: 0, name: 'Here', createdBy: 'ana' })).room.id;
}

const change = (roomId: string, set: { title?: string | null; topic?: string | null }) => ({
  ...{ roomId, user, title: undefined, topic: undefined, label: 'Here', ...set },
});

describe.each(storeDrivers)('$driver: titles and topics', ({ newSite }) => {
  test('are stored with the room, and its maker too', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const roomId = await makeRoom(store);
    expect(await other.room(roomId)).toMatchObject({ title: null, topic: null, createdBy: 'ana' });
    const { room } = await store.describe(change(roomId, { title: 'Club' }));
    expect(room).toMatchObject({ id: roomId, name: 'Here', title: 'Club', topic: null });
    expect((await other.describe(change(roomId, { topic: 'Chess' }))).room).toMatchObject({
      title: 'Club',
      topic: 'Chess',
    });
    for (const one of [store, other]) expect(await one.room(roomId)).toMatchObject({ title: 'Club', topic: 'Chess' });
    expect((await store.roomsNear(here, 100, 1)).map((found) => found.room.topic)).toEqual(['Chess']);
    await store.describe(change(roomId, { title: null, topic: null }));
    expect(await other.room(roomId)).toMatchObject({ title: null, topic: null });
    await expect(store.describe(change('nowhere', { title: 'x' }))).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  });

  test('are changes in the log, of one record in its latest version; a change without effect is none', async () => {
    await using site = await newSite();
    const store = await site.open();
    const roomId = await makeRoom(store);
    const { record: first } = await store.describe(change(roomId, { title: 'Club' }));
    expect(first).toMatchObject({ seq: 1, updatedSeq: 1, description: { name: 'Club', title: 'Club', topic: null } });
    const message = await send(store, roomId);
    expect(message.seq).toBe(2);
    expect((await store.describe(change(roomId, { title: 'Club' }))).record).toBeNull();
    const { record } = await store.describe(change(roomId, { title: null, topic: 'Chess' }));
    expect(record).toMatchObject({ id: first?.id, seq: 1, updatedSeq: 3 });
    expect(record?.description).toEqual({ name: 'Here', title: null, topic: 'Chess' });
    expect(await allChanges(store, roomId)).toEqual([message, record]);
    expect((await store.heads([roomId])).get(roomId)?.seq).toBe(3);
    expect((await send(store, roomId)).seq).toBe(4);
  });

  test('are no messages: not in pages or snapshots, and can’t be changed as one', async () => {
    await using site = await newSite();
    const store = await site.open();
    const roomId = await makeRoom(store);
    const before = [await send(store, roomId), await send(store, roomId)];
    const { record } = await store.describe(change(roomId, { title: 'Club' }));
    const all = [...before, await send(store, roomId), await send(store, roomId)];
    const messageId = record?.id ?? '';
    for (const limit of upTo(5)) {
      const newest = all.slice(-limit);
      expect(await store.history(roomId, { limit })).toEqual({ messages: newest, hasMore: limit < 4 });
      expect(await store.history(roomId, { after: 0, limit })).toEqual({
        messages: all.slice(0, limit),
        hasMore: limit < 4,
      });
      expect((await store.snapshot(roomId, limit)).messages).toEqual(newest);
      expect(await store.historyBefore(roomId, { limit })).toEqual(newest);
    }
    expect((await store.snapshot(roomId, 5)).head.seq).toBe(5);
    expect(await store.message({ roomId, messageId })).toBeNull();
    const quiet = await makeRoom(store);
    const last = await send(store, quiet, { content: 'the last' });
    await store.describe(change(quiet, { title: 'Club' }));
    const empty = await makeRoom(store);
    await store.describe(change(empty, { title: 'Club' }));
    const newest = await store.newestMessages([roomId, quiet, empty], 100);
    expect(Array.from(newest, ([id, { updatedSeq, content }]) => [id, updatedSeq, content]).sort()).toEqual(
      [
        [roomId, 5, 'hello'],
        [quiet, last.updatedSeq, 'the last'],
      ].sort(),
    );
    for (const one of [
      { type: 'edit', content: 'x' },
      { type: 'delete' },
      { type: 'react', userId: 'ana', emoji: '👍', on: true },
    ] as const)
      await expect(store.change({ roomId, messageId }, one)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });

  test('changed by many at once, among messages, on two instances, leave no gap and no number twice', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    const roomId = await makeRoom(store);
    const described = upTo(30).map((n) => (n % 2 ? store : other).describe(change(roomId, { title: `Title ${n}` })));
    const sent = upTo(30).map((n) => send(n % 2 ? other : store, roomId));
    const records = (await Promise.all(described)).flatMap(({ record }) => record ?? []);
    const messages = await Promise.all(sent);
    const numbers = ascending([...records, ...messages].map(({ updatedSeq }) => updatedSeq));
    expect(numbers).toEqual(upTo(60));
    expect(new Set(records.map(({ id }) => id)).size).toBe(1);
    const last = records.find(({ updatedSeq }) => updatedSeq === Math.max(...records.map((one) => one.updatedSeq)));
    expect((await store.room(roomId))?.title).toBe(last?.description?.title);
    expect((await allChanges(store, roomId)).at(-1)?.updatedSeq).toBe(60);
    expect((await store.changesSince(roomId, 0, 100)).filter(({ description }) => description)).toEqual([last]);
  });
});

test('mongodb: a title that could not be written in time is not written later', async () => {
  await using site = await mongoSite();
  const { spec } = site;
  if (spec.kind !== 'mongodb') throw new TypeError('another store');
  const store = await site.open();
  const roomId = await makeRoom(store);
  await using client = new MongoClient(spec.uri);
  await using session = client.startSession();
  const rooms = client.db(spec.database).collection('rooms');
  const hold = { $set: { idle_since: new Date() } };
  await beginTransaction(session, () => rooms.updateOne({ _id: new ObjectId(roomId) }, hold, { session }));
  using sessions = vi.spyOn(MongoClient.prototype, 'withSession');
  const late = store.describe(change(roomId, { title: 'late' }));
  await expect(late).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await session.abortTransaction();
  const { room } = await store.describe(change(roomId, { title: 'Club' }));
  expect(room.title).toBe('Club');
  const ended = await Promise.allSettled(sessions.mock.results.map(({ value }) => value));
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect((await store.room(roomId))?.title).toBe('Club');
}, 30_000);

test('mongodb: a title is not committed once its caller has an error', async () => {
  await using proxy = await openFlakyProxy(inject('mongodbUri'));
  await using site = await mongoSite(`mongodb://${new URL(proxy.url).host}/?directConnection=true`);
  const store = await site.open();
  const roomId = await makeRoom(store);
  using sessions = vi.spyOn(MongoClient.prototype, 'withSession');
  proxy.hold('insert');
  await expect(store.describe(change(roomId, { title: 'late' }))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  proxy.mend();
  const ended = await Promise.allSettled(sessions.mock.results.map(({ value }) => value));
  expect(ended.map(({ status }) => status)).toEqual(['rejected']);
  expect((await store.room(roomId))?.title).toBeNull();
}, 30_000);

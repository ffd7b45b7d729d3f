import { newId } from '@earshot/shared';
import { MongoClient, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import type { PersonalData } from '../../packages/server/src/store/personalData.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { mongoSite, send, storeDrivers, upTo } from '../resources/stores.ts';

const ana = { userId: 'ana', username: 'Ana' };
const ben = { userId: 'ben', username: 'Ben' };
const pseudonym = 'erased-1';
const here = cellOf({ latitude: 48.208, longitude: 16.374 });

const open = (store: Store, roomId: string, createdBy = 'ben') =>
  store.namedRoom({ roomId, name: roomId, cell: null, createdBy });

/** All records about the user, in pages of that length. */
async function everything<Data extends object>(part: PersonalData<Data>, userId: string, limit = 2): Promise<Data[]> {
  const all: Data[] = [];
  for (let after: string | null = null, page = 0; page < 100; page += 1) {
    const { records, next } = await part.exportOf(userId, { after, limit });
    expect(records.length).toBeLessThanOrEqual(3 * limit);
    all.push(...records);
    if (next === null) return all;
    after = next;
  }
  throw new Error('the export does not end');
}

async function eraseAll(part: PersonalData, userId: string): Promise<void> {
  for (let step = 0; await part.erase(userId, pseudonym); step += 1) expect(step).toBeLessThan(100);
}

describe.each(storeDrivers)('$driver: data about one user', ({ newSite }) => {
  test('messages are exported newest first, from all rooms, with deleted ones', async () => {
    await using site = await newSite();
    const store = await site.open();
    for (const roomId of ['plaza', 'park']) await open(store, roomId);
    const sent = [];
    for (const n of upTo(7)) {
      sent.push(await send(store, n % 2 ? 'plaza' : 'park', { ...ana, content: `${n}`, clientMessageId: `${n}` }));
      await send(store, 'plaza', ben);
    }
    const [first] = sent;
    if (!first) throw new TypeError('nothing was sent');
    await store.change({ roomId: 'plaza', messageId: first.id }, { type: 'delete' });
    const found = await everything(store.personal.messages, 'ana');
    expect(found.map(({ id }) => id)).toEqual(sent.map(({ id }) => id).reverse());
    expect(found[0]).toStrictEqual(sent.at(-1));
    expect(found.at(-1)).toMatchObject({ deleted: true, content: '' });
    expect(await everything(store.personal.messages, 'cleo')).toEqual([]);
  });

  test('an erased message is a tombstone without its author, as a change in the log', async () => {
    await using site = await newSite();
    const store = await site.open();
    await open(store, 'plaza');
    const { id: messageId } = await send(store, 'plaza', { ...ana, content: 'secret', clientMessageId: 'one' });
    await store.change({ roomId: 'plaza', messageId }, { type: 'react', userId: 'ben', emoji: '👍', on: true });
    const target = { roomId: 'plaza', messageId };
    const other = { type: 'erase', userId: 'ben', pseudonym } as const;
    expect(await store.change(target, other)).toMatchObject({ isChanged: false, message: { content: 'secret' } });
    const { message, isChanged } = await store.change(target, { type: 'erase', userId: 'ana', pseudonym });
    const gone = { content: '', deleted: true, userId: pseudonym, username: 'Erased user', reactions: [] };
    expect([isChanged, message]).toMatchObject([true, { ...gone, seq: 1, updatedSeq: 3 }]);
    expect(message).not.toHaveProperty('clientMessageId');
    expect(await store.message(target)).toStrictEqual(message);
    expect(await store.changesSince('plaza', 0, 10)).toStrictEqual([message]);
    expect((await store.change(target, { type: 'erase', userId: 'ana', pseudonym })).isChanged).toBe(false);
    expect(await everything(store.personal.messages, 'ana')).toEqual([]);
    // The id of the client is free again.
    const again = await store.append({ roomId: 'plaza', ...ana, content: 'again', clientMessageId: 'one' });
    expect([again.isNew, again.message.seq]).toEqual([true, 4]);
  });

  test('the author of a deleted message is erased as well', async () => {
    await using site = await newSite();
    const store = await site.open();
    const { id: messageId } = await send(store, 'plaza', ana);
    await store.change({ roomId: 'plaza', messageId }, { type: 'delete' });
    const { isChanged, message } = await store.change(
      { roomId: 'plaza', messageId },
      { type: 'erase', userId: 'ana', pseudonym },
    );
    expect([isChanged, message]).toMatchObject([true, { updatedSeq: 3, userId: pseudonym, deleted: true }]);
  });

  test('reactions are exported by message; those to deleted messages are erased in steps', async () => {
    await using site = await newSite();
    const store = await site.open();
    const messages = [];
    for (const _ of upTo(5)) messages.push(await send(store, 'plaza', ben));
    for (const { id: messageId } of messages) {
      for (const emoji of ['👍', '🎉']) {
        await store.change({ roomId: 'plaza', messageId }, { type: 'react', userId: 'ana', emoji, on: true });
      }
      await store.change({ roomId: 'plaza', messageId }, { type: 'react', userId: 'cleo', emoji: '👍', on: true });
    }
    const found = await everything(store.personal.reactions, 'ana', 3);
    const expected = messages.flatMap(({ id }) =>
      ['🎉', '👍'].map((emoji) => ({ messageId: id, roomId: 'plaza', emoji })),
    );
    expect(new Set(found)).toEqual(new Set(expected));
    expect(found).toHaveLength(10);
    expect(await store.personal.reactions.erase('ana', pseudonym)).toBe(false);
    expect(await everything(store.personal.reactions, 'ana')).toHaveLength(10);
    for (const { messageId, emoji } of expected) {
      await store.change({ roomId: 'plaza', messageId }, { type: 'react', userId: 'ana', emoji, on: false });
    }
    expect(await everything(store.personal.reactions, 'ana')).toEqual([]);
    expect(await everything(store.personal.reactions, 'cleo')).toHaveLength(5);
  });

  test('memberships are exported and end', async () => {
    await using site = await newSite();
    const store = await site.open();
    const rooms = upTo(210).map((n) => `room ${String(n).padStart(3, '0')}`);
    for (const roomId of rooms) {
      await open(store, roomId);
      await store.addMember(roomId, ana);
    }
    await store.addMember('room 001', ben);
    const found = await everything(store.personal.memberships, 'ana', 70);
    expect(found.map(({ roomId }) => roomId)).toEqual(rooms);
    expect(found[0]).toMatchObject({ username: 'Ana', joinedAt: expect.any(Date) });
    expect(await store.personal.memberships.erase('ana', pseudonym)).toBe(true);
    await eraseAll(store.personal.memberships, 'ana');
    expect(await everything(store.personal.memberships, 'ana')).toEqual([]);
    expect([await store.isMember('room 001', 'ana'), await store.isMember('room 001', 'ben')]).toEqual([false, true]);
  });

  test('rooms are exported, and stay without their owner and without the author of their title', async () => {
    await using site = await newSite();
    const store = await site.open();
    const ids = [];
    for (const n of upTo(3)) {
      await open(store, `room ${n}`, 'ana');
      ids.push(
        `room ${n}`,
        (await store.nearestOrNewRoom({ cell: here, radius: 0, name: 'R', createdBy: 'ana' })).room.id,
      );
    }
    await open(store, 'other', 'ben');
    const label = 'Room';
    await store.describe({ roomId: 'room 1', user: ana, title: 'Club', topic: undefined, label });
    await send(store, 'room 1', ben);
    const found = await everything(store.personal.rooms, 'ana');
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(ids));
    expect(found).toHaveLength(6);
    expect(await everything(store.personal.messages, 'ana')).toEqual([]);
    await eraseAll(store.personal.rooms, 'ana');
    await eraseAll(store.personal.messages, 'ana');
    expect(await everything(store.personal.rooms, 'ana')).toEqual([]);
    expect(await store.room('room 1')).toMatchObject({ title: 'Club', createdBy: null });
    expect(await store.room('other')).toMatchObject({ createdBy: 'ben' });
    const [record] = await store.changesSince('room 1', 0, 1);
    expect(record).toMatchObject({ userId: pseudonym, username: 'Erased user', description: { title: 'Club' } });
  });

  test('the profile is exported and deleted', async () => {
    await using site = await newSite();
    const store = await site.open();
    const at = new Date(1_700_000_000_000);
    expect(await everything(store.personal.profile, 'ana')).toEqual([]);
    await store.saveLocation(ana, here, at);
    await store.saveLocation(ben, here, at);
    expect(await everything(store.personal.profile, 'ana')).toStrictEqual([{ username: 'Ana', cell: here, at }]);
    await store.forgetLocations(new Date());
    expect(await everything(store.personal.profile, 'ana')).toStrictEqual([{ username: 'Ana' }]);
    await eraseAll(store.personal.profile, 'ana');
    expect(await everything(store.personal.profile, 'ana')).toEqual([]);
    expect(await everything(store.personal.profile, 'ben')).toHaveLength(1);
  });

  test('a position that no page returned is harmless', async () => {
    await using site = await newSite();
    const store = await site.open();
    await send(store, 'plaza', ana);
    for (const part of Object.values(store.personal)) {
      for (const after of ['', ' ', 'message ', 'x'.repeat(500), newId(), '\u0000', '{"$gt":1}']) {
        const { records } = await part.exportOf('ana', { after, limit: 5 });
        expect(records.length).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('mongodb: data of the original service about one user', () => {
  test('reactions without rows are exported and removed; messages without numbers are deleted', async () => {
    await using site = await mongoSite();
    if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
    const store = await site.open();
    const sent = [];
    for (const _ of upTo(3)) sent.push(await send(store, 'plaza', ben));
    await using client = await MongoClient.connect(inject('mongodbUri'));
    const messages = client.db(site.spec.database).collection('messages');
    const reactions = ['👍', '🎉'].map((emoji) => ({ user_id: 'ana', emoji }));
    await messages.updateMany({}, { $set: { reactions } });
    const hexId = newId();
    await messages.insertMany(['ana', 'ben', new ObjectId(hexId)].map((user_id) => ({ user_id, content: 'unread' })));
    const found = await everything(store.personal.reactions, 'ana', 4);
    expect(found).toHaveLength(6);
    const { messageId } = { messageId: sent[0]?.id ?? '' };
    await store.change({ roomId: 'plaza', messageId }, { type: 'react', userId: 'ana', emoji: '👍', on: false });
    const rest = await everything(store.personal.reactions, 'ana', 4);
    expect(rest.filter((one) => one.messageId === messageId)).toEqual([{ roomId: 'plaza', messageId, emoji: '🎉' }]);
    expect(rest).toHaveLength(5);
    expect(await everything(store.personal.messages, 'ana')).toEqual([]);
    for (const userId of ['ana', hexId]) await eraseAll(store.personal.messages, userId);
    expect(await messages.countDocuments({ content: 'unread' })).toBe(1);
  });
});

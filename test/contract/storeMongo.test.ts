import { newId } from '@earshot/shared';
import { MongoClient, ObjectId } from 'mongodb';
import { describe, expect, test, vi } from 'vitest';
import { cellOf, toCellCentre } from '../../packages/server/src/cells.ts';
import type { MessageDocument } from '../../packages/server/src/store/mongo/collections.ts';
import { lastOfEach } from '../../packages/server/src/store/mongo/log/headQueries.ts';
import { duplicateIndex, isDuplicate } from '../../packages/server/src/store/mongo/storeError.ts';
import { eventually } from '../resources/collect.ts';
import { openFrom } from '../resources/storeProcess.ts';
import { mongoSite, send, upTo } from '../resources/stores.ts';
import { behind, profileOf, repliesOf } from '../resources/storeWork.ts';
import { findBinary } from '../services/binaries.ts';
import { freePort, startService } from '../services/service.ts';

const here = { latitude: 48.2, longitude: 16.37 };

describe('mongodb', () => {
  test('is set up once by instances that start at the same time', async () => {
    await using site = await mongoSite();
    const stores = await Promise.all(upTo(5).map(() => site.open()));
    const sent = await Promise.all(stores.map((store) => send(store, 'plaza')));
    expect(new Set(sent.map(({ seq }) => seq))).toEqual(new Set(upTo(5)));
    await using raw = await behind(site);
    const unique = (await raw.db.collection('messages').indexes()).filter((index) => index.unique);
    const covering = (field: string) => ({ [field]: { $exists: true } });
    expect(unique.map(({ key, partialFilterExpression }) => [Object.keys(key), partialFilterExpression])).toEqual([
      [['room_id', 'updated_seq'], covering('updated_seq')],
      [['room_id', 'taken_seqs'], covering('taken_seqs')],
      [['room_id', 'user_id', 'client_message_id'], covering('client_message_id')],
    ]);
    // Only cells are searched by their locations.
    const placed = ['rooms', 'users', 'cells'].map((name) => raw.db.collection(name).indexes());
    const keys = (await Promise.all(placed)).flat().map(({ key }) => key);
    expect(keys.filter((key) => Object.values(key).includes('2dsphere'))).toEqual([{ centre: '2dsphere' }]);
  });

  test('reads a page in two replies, and rooms and messages that are requested together in few', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    const sent = await Promise.all(upTo(150).map(() => send(store, 'plaza')));
    for (const roomId of ['here', 'there']) await store.namedRoom({ roomId, name: roomId, cell: null, createdBy: 'a' });
    const replies = (work: () => Promise<unknown>) => repliesOf(site, /\.(messages|reactions|rooms)$/, work);
    const page = { limit: 100 };
    expect(await replies(() => store.history('plaza', page))).toBe(2);
    expect(await replies(() => store.history('plaza', { limit: 20 }))).toBe(1);
    expect(await replies(() => store.historyBefore('plaza', page))).toBe(3); // and those with the time of the oldest
    expect(await replies(() => store.snapshot('plaza', 100))).toBe(3); // and the head
    expect(await replies(() => store.changesSince('plaza', 0, 1_000))).toBe(2);
    expect(await replies(() => store.personal.messages.exportOf('ana', { after: null, ...page }))).toBe(2);
    const targets = sent.slice(0, 50).map(({ id: messageId }) => ({ roomId: 'plaza', messageId }));
    const found: unknown[] = [];
    const readAll = async () => void found.push(...(await Promise.all(targets.map((target) => store.message(target)))));
    expect(await replies(readAll)).toBe(1);
    expect(found).toEqual(sent.slice(0, 50));
    const rooms = async () => Promise.all(['here', 'nowhere', 'there', 'here'].map((roomId) => store.room(roomId)));
    expect(await replies(rooms)).toBe(1);
    expect(await rooms()).toMatchObject([{ id: 'here' }, null, { id: 'there' }, { id: 'here' }]);
    const elsewhere = { roomId: 'here', messageId: sent[0]?.id ?? '' };
    expect(await Promise.all([store.message(elsewhere), store.message({ ...elsewhere, roomId: 'plaza' })])).toEqual([
      null,
      sent[0],
    ]);
  });

  test('stores documents with the field names of the original service', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    const place = { latitude: 48.2, longitude: 16.37 };
    const { room } = await store.nearestOrNewRoom({ cell: cellOf(place), radius: 5, name: 'Here', createdBy: 'ana' });
    const message = await send(store, room.id, { clientMessageId: 'c-1' });
    const react = { type: 'react', userId: 'ben', emoji: '👍', on: true } as const;
    await store.change({ roomId: room.id, messageId: message.id }, react);
    await store.saveLocation({ userId: 'ana', username: 'Ana' }, cellOf(place), new Date(5));
    await store.close();
    await using raw = await behind(site);
    const centre = toCellCentre(place);
    const point = { type: 'Point', coordinates: [centre.longitude, centre.latitude] };
    expect(await raw.db.collection('messages').findOne()).toEqual({
      _id: new ObjectId(message.id),
      room_id: room.id,
      seq: 1,
      updated_seq: 2,
      taken_seqs: [1, 2],
      user_id: 'ana',
      username: 'Ana',
      content: 'hello',
      client_message_id: 'c-1',
      timestamp: message.timestamp,
      updated_at: expect.any(Date),
      edited_at: null,
      deleted: false,
      reactions: [{ user_id: 'ben', emoji: '👍' }],
      reaction_counts: [{ emoji: '👍', count: 1 }],
    });
    expect(await raw.db.collection('reactions').findOne()).toEqual({
      _id: expect.any(ObjectId),
      room_id: room.id,
      message_id: new ObjectId(message.id),
      user_id: 'ben',
      emoji: '👍',
      position: 2,
    });
    expect(await raw.db.collection('rooms').findOne()).toEqual({
      _id: new ObjectId(room.id),
      name: 'Here',
      location: point,
      cell: cellOf(place),
      created_by: 'ana',
      created_at: room.createdAt,
      last_message_at: message.timestamp,
      active_at: room.createdAt,
    });
    expect(await raw.db.collection<{ _id: string }>('users').findOne()).toEqual({
      _id: 'ana',
      username: 'Ana',
      current_location: point,
      last_location_update: new Date(5),
    });
  });

  test('records the last messageâs time for more rooms than one write contains', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    const roomIds = upTo(1_100).map((room) => `room ${room}`);
    await using raw = await behind(site);
    const rooms = raw.db.collection<{ _id: string; created_at: Date; last_message_at?: Date }>('rooms');
    await rooms.insertMany(roomIds.map((_id) => ({ _id, created_at: new Date(1) })));
    const sent = await Promise.all(roomIds.map((roomId) => send(store, roomId)));
    await eventually(async () => (await rooms.countDocuments({ last_message_at: { $exists: true } })) === sent.length);
    const documents = await rooms.find().toArray();
    expect(new Map(documents.map((room) => [room._id, room.last_message_at]))).toEqual(
      new Map(sent.map(({ roomId, timestamp }) => [roomId, timestamp])),
    );
  });

  test('reads rooms of the original service, with missing fields', async () => {
    await using site = await mongoSite();
    await using raw = await behind(site);
    const rooms = raw.db.collection<{ _id: ObjectId | string; [field: string]: unknown }>('rooms');
    const roomId = newId();
    const made = { created_at: new Date(1) };
    const location = { type: 'Point', coordinates: [16.37, 48.2] };
    await rooms.insertMany([
      { _id: new ObjectId(roomId), name: 'Old', location, ...made },
      { _id: 'plaza', ...made },
    ]);
    const store = await site.open();
    expect(await store.roomsNear(cellOf({ latitude: 48.2, longitude: 16.37 }), 50, 5)).toMatchObject([
      { room: { id: roomId, lastMessageAt: null } },
    ]);
    expect(await store.namedRoom({ roomId: 'plaza', name: 'New', cell: null, createdBy: 'a' })).toMatchObject({
      isNew: false,
      room: { name: 'plaza', cell: null },
    });
  });

  test('finds the heads of many rooms with one index key and one document each', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    const rooms = upTo(4).map((room) => `room ${room}`);
    await Promise.all(rooms.flatMap((room) => upTo(30).map(() => send(store, room))));
    await using raw = await behind(site);
    const plan = await raw.db
      .collection('messages')
      .aggregate(lastOfEach(rooms, 'updated_seq'))
      .explain('executionStats');
    expect(JSON.stringify(plan)).toContain('"DISTINCT_SCAN"');
    const { totalKeysExamined, totalDocsExamined } = plan.executionStats ?? plan.stages[0].$cursor.executionStats;
    expect([totalKeysExamined, totalDocsExamined]).toEqual([rooms.length, rooms.length]);
  });

  test('reads no head that the caller passes', async () => {
    await using site = await mongoSite();
    const [store, other] = await Promise.all([site.open(), site.open()]);
    const end = await send(other, 'plaza');
    await using raw = await behind(site);
    const sent = { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'hello' };
    const asked = await profileOf(raw.db, async () => {
      expect(await store.append(sent, () => end)).toMatchObject({ message: { seq: 2 } });
    });
    expect(asked.filter(({ ns }) => /messages$/.test(ns)).map(({ op }) => op)).toEqual(['insert']);
  });

  test('gives a new room another id if the first one is in use', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    const taken = '0'.repeat(24);
    await store.namedRoom({ roomId: taken, name: 'Taken', cell: null, createdBy: 'eve' });
    const drawn: string[] = [];
    const fill = crypto.getRandomValues.bind(crypto);
    // The MongoDB driver draws random values too, of other sizes and at any time. A transaction that is restarted draws another id.
    using _random = vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
      if (bytes.byteLength !== taken.length / 2) return fill(bytes);
      const id = drawn.length === 0 ? bytes : fill(bytes);
      drawn.push(Buffer.from(id.buffer).toString('hex'));
      return id;
    });
    const made = await store.nearestOrNewRoom({ cell: cellOf(here), radius: 5, name: 'Here', createdBy: 'ana' });
    expect(made).toMatchObject({ isNew: true, room: { name: 'Here' } });
    expect([drawn[0], drawn.at(-1)]).toEqual([taken, made.room.id]);
  });

  test('stores the messages of many rooms with few commands', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    await using raw = await behind(site);
    await raw.db.command({ profile: 2 });
    const sent = await Promise.all(upTo(50).map((n) => send(store, `room ${n}`)));
    expect(sent.every(({ seq }) => seq === 1)).toBe(true);
    const asked = await raw.db
      .collection('system.profile')
      .find({ ns: /messages$/ })
      .toArray();
    const inserts = asked.filter(({ op }) => op === 'insert');
    expect(inserts.reduce((sum, { ninserted }) => sum + ninserted, 0)).toBe(50);
    expect(inserts.length).toBeLessThan(10);
    expect(asked.length).toBeLessThan(20);
  });

  test('gives no number twice to an instance whose cached head is thousands of changes old', async () => {
    await using site = await mongoSite();
    const [one, other] = await Promise.all([site.open(), site.open()]);
    const { id: messageId } = await send(other, 'plaza');
    // The clock that expires the cached head is stopped, so that the changes may take any time.
    using _still = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    const { seq: tail } = await send(one, 'plaza');
    const changed = await Promise.all(
      upTo(2_304).map(async (step) => {
        const react = { type: 'react', userId: 'ben', emoji: '👍', on: step % 2 === 1 } as const;
        return (await other.change({ roomId: 'plaza', messageId }, react)).message.updatedSeq;
      }),
    );
    expect(changed).toEqual(upTo(2_304).map((step) => tail + step));
    expect((await send(one, 'plaza')).seq).toBe(tail + 2_305);
  });

  test('a rejected document names the unique index', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    const first = await send(store, 'plaza', { clientMessageId: ' index: _id_ dup key:' });
    await using raw = await behind(site);
    const messages = raw.db.collection<MessageDocument>('messages');
    const stored = await messages.findOne({ _id: new ObjectId(first.id) });
    if (!stored) throw new Error('the message is not stored');
    const unused = { _id: new ObjectId(), updated_seq: 9, taken_seqs: [9], client_message_id: 'other' };
    const indexOf = async (same: Partial<MessageDocument>) => {
      const error: unknown = await messages.insertMany([{ ...stored, ...unused, ...same }]).catch((reason) => reason);
      return isDuplicate(error) && duplicateIndex(error.message);
    };
    expect(await indexOf({ _id: stored._id })).toBe('_id_');
    expect(await indexOf({ updated_seq: 1 })).toBe('room_id_1_updated_seq_1');
    expect(await indexOf({ taken_seqs: [1] })).toBe('room_id_1_taken_seqs_1');
    expect(await indexOf({ client_message_id: ' index: _id_ dup key:' })).toBe(
      'room_id_1_user_id_1_client_message_id_1',
    );
  });

  test('must be a replica set', async () => {
    const port = await freePort();
    const uri = `mongodb://127.0.0.1:${port}`;
    await using _mongod = await startService({
      binary: await findBinary('mongod'),
      url: uri,
      args: (folder) => [
        '--port',
        String(port),
        '--bind_ip',
        '127.0.0.1',
        '--dbpath',
        folder,
        '--logpath',
        `${folder}/log`,
      ],
      untilReady: async () => {
        await using client = await MongoClient.connect(uri);
        await client.db('admin').command({ ping: 1 });
      },
    });
    await expect(openFrom({ kind: 'mongodb', uri, database: 'test' })).rejects.toThrow(/must run as a replica set/);
  });
});

import { dateToExtendedJson } from '@earshot/shared';
import { type Document, MongoClient, type ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { type Collections, collections, createNumberIndex } from '../../packages/server/src/store/mongo/collections.ts';
import { NewestTimes } from '../../packages/server/src/store/mongo/migrate/newestTimes.ts';
import { numberBatch, readUnnumbered } from '../../packages/server/src/store/mongo/migrate/numberBatch.ts';
import { numberMessages } from '../../packages/server/src/store/mongo/migrate/numberMessages.ts';
import { timeFrom } from '../../packages/server/src/store/mongo/migrate/readMessage.ts';
import { RoomTimes } from '../../packages/server/src/store/mongo/migrate/roomTimes.ts';
import { isSortable, sortTime } from '../../packages/server/src/store/mongo/migrate/sortTime.ts';
import { TransactionSize } from '../../packages/server/src/store/mongo/migrate/transactionSize.ts';
import {
  at,
  manyMessages,
  type OriginalDatabase,
  originalDatabase,
  originalMessage,
} from '../resources/originalDatabase.ts';
import { startProcess } from '../resources/process.ts';

const describe = (roomId: string) => ({ name: roomId, cell: null });

async function connect({
  db,
  env,
}: OriginalDatabase): Promise<AsyncDisposable & { client: MongoClient; all: Collections }> {
  const client = await MongoClient.connect(env.MONGODB_URI);
  const all = collections(client.db(db.databaseName));
  return { client, all, [Symbol.asyncDispose]: () => client.close() };
}

test('MongoDB sorts by the same times as the migration reads', async () => {
  const sortable = [
    at(0),
    '2025-07-07T12:16:56.782Z',
    '2025-07-07T12:16:56.7829Z',
    '2025-07-07T12:16:56.782999999+00:00',
    '2024-02-29T00:00:00.000Z',
    '2025-12-31T23:59:59.999999999Z',
    '1970-01-01T00:00:00.000Z',
    '1000-01-01T00:00:00.001Z',
    '2999-12-31T23:59:59.999+00:00',
  ];
  const others = [
    ...['2025-07-07T12:16:56Z', '2025-07-07T12:16:56.7Z', '2025-07-07t12:16:56.782z', '2025-07-07T17:46:56.782+05:30'],
    ...['2016-12-31T23:59:60.500Z', '0999-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '', 'yesterday', '\u0000'],
    ...['ещё не сейчас, а позже', '👍'.repeat(30), 7, null, dateToExtendedJson(at(0)), ['2025-07-07']],
  ];
  // They have the form of times, but are none: nothing is numbered by them.
  const invalid = ['2025-02-30T00:00:00.000Z', '2025-13-01T00:00:00.000Z', '2025-01-01T25:00:00.000Z'];
  expect(sortable.filter((time) => !isSortable(time))).toEqual([]);
  expect(others.filter(isSortable)).toEqual([]);
  expect(invalid.filter((time) => timeFrom(time) !== null)).toEqual([]);
  const messages = [...sortable, ...others, ...invalid].map((timestamp) => originalMessage({ timestamp }));
  await using old = await originalDatabase({ messages });
  const found = await old.db
    .collection('messages')
    .aggregate([{ $project: { timestamp: 1, time: sortTime } }])
    .toArray();
  expect(found).toHaveLength(messages.length);
  const sorted = found.filter(({ timestamp }) => isSortable(timestamp) && timeFrom(timestamp) !== null);
  expect(sorted).toHaveLength(sortable.length);
  for (const { timestamp, time } of sorted) expect(time).toEqual(timeFrom(timestamp));
});

test('times of rooms are complete with more rooms than are kept in memory', async () => {
  await using old = await originalDatabase({});
  await using connected = await connect(old);
  const roomTimes = await RoomTimes.open(connected.all, describe, 2);
  const message = (room_id: string, seconds: number) => ({ room_id, timestamp: at(seconds) });
  await roomTimes.add([message('a', 5), message('b', 6), message('a', 7)]);
  await roomTimes.add([message('c', 8), message('a', 4)]);
  await roomTimes.add([message('a', 6), message('b', 9)]);
  await roomTimes.write();
  const rooms = await connected.all.rooms.find().sort({ _id: 1 }).toArray();
  expect(rooms).toMatchObject([
    { _id: 'a', location_id: 'a', created_at: at(4), last_message_at: at(7) },
    { _id: 'b', created_at: at(6), last_message_at: at(9) },
    { _id: 'c', created_at: at(8), last_message_at: at(8) },
  ]);
  expect(roomTimes.created).toBe(3);
});

test('messages that arrive after the others were read get numbers, and their rooms are created', async () => {
  await using old = await originalDatabase({ messages: manyMessages({ count: 1_200, rooms: 40 }) });
  await using connected = await connect(old);
  const { client, all } = connected;
  await createNumberIndex(all);
  const roomTimes = await RoomTimes.open(all, describe);
  const counts = await numberMessages(client, all, { total: 0, onProgress: () => {}, roomTimes });
  expect(counts).toEqual({ numbered: 1_200, numberedAfterNewer: 0 });
  expect(await all.rooms.countDocuments()).toBe(40);
  const last = await all.messages.find({ room_id: 'room 7' }).sort({ timestamp: -1 }).limit(1).toArray();
  expect(last).toMatchObject([{ seq: 30, updated_seq: 30, taken_seqs: [30] }]);
  expect(await all.rooms.findOne({ _id: 'room 7' })).toMatchObject({ last_message_at: last[0]?.timestamp });
});

test.each([
  { name: 'without conflicts', isContested: false },
  { name: 'after a conflict', isContested: true },
])(
  'edits and removals by a program that still runs are not lost when they come after the messages were read: $name',
  async ({ isContested }) => {
    const messages = manyMessages({ count: 20, rooms: 2 });
    await using old = await originalDatabase({ messages });
    await using connected = await connect(old);
    const { client, all } = connected;
    await createNumberIndex(all);
    const size = new TransactionSize(500);
    if (isContested) size.onConflict(500);
    const context = {
      roomTimes: await RoomTimes.open(all, describe),
      newest: new NewestTimes(),
      size,
    };
    const found = old.db.collection('messages');
    const number = async (some: Document[], meanwhile: (first: Document) => Promise<unknown>) => {
      const ids: ObjectId[] = some.map(({ _id }) => _id);
      const batch = await readUnnumbered(all.messages, ids);
      await meanwhile({ _id: ids[0] });
      return client.withSession((session) => numberBatch(all, batch, { ...context, session }));
    };
    const edit = { $set: { content: ' edited ', edited_at: at(30).toISOString() } };
    expect(await number(messages.slice(0, 10), (one) => found.updateOne(one, edit))).toMatchObject({ numbered: 10 });
    expect(await number(messages.slice(10), (one) => found.deleteOne(one))).toMatchObject({ numbered: 9 });

    const edited = await found.find({ edited_at: at(30) }).toArray();
    expect(edited).toMatchObject([{ _id: messages[0]?._id, content: 'edited' }]);
    const numbers = (await all.messages.find().toArray()).map(({ room_id, seq }) => `${room_id}: ${seq}`);
    expect(new Set(numbers).size).toBe(19);
  },
);

test('a run that ended before the indexes were built is completed by another one, and by a server', async () => {
  await using old = await originalDatabase({ messages: manyMessages({ count: 300, rooms: 3 }) });
  await old.migrate();
  const messages = old.db.collection('messages');
  const indexNames = async () => (await messages.indexes()).map(({ name }) => name).toSorted();
  const built = await indexNames();
  const after = await old.dump();
  const removeIndexes = async () => {
    const index = built.filter((one) => !/^(_id_|room_id_1_updated_seq_1)$/.test(`${one}`));
    await old.db.command({ dropIndexes: 'messages', index });
    await old.db.collection('migrations').deleteMany({});
    expect(await indexNames()).toHaveLength(2);
  };

  await removeIndexes();
  await old.migrate();
  expect(await indexNames()).toEqual(built);
  expect(await old.dump(['migrations'])).toEqual({ ...after, migrations: undefined });

  await removeIndexes();
  await using _server = await startProcess(old.env);
  expect(await indexNames()).toEqual(expect.arrayContaining(built));
});

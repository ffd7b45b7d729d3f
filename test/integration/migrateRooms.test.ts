import { newId } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { coarsePoint } from '../../packages/server/src/store/mongo/documents.ts';
import { at, originalDatabase, originalMessage } from '../resources/originalDatabase.ts';
import { startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { profileOf } from '../resources/storeWork.ts';

test('rooms with unusable ids do not prevent joins and searches near them', async () => {
  const location = { type: 'Point', coordinates: [13.405, 52.52] };
  const unusable = (_id: unknown) => ({ _id, name: 'Unusable', location, created_at: at(0) });
  const ids = [7, '0123456789abcdef01234567', 'x'.repeat(200)];
  await using old = await originalDatabase({ messages: [originalMessage({})], rooms: ids.map(unusable) });
  const { listed } = await old.migrate();
  const kept = /the centre of its map cell is kept as original_location/;
  expect(listed.filter(({ reason }) => kept.test(reason))).toHaveLength(3);
  const unusableRooms = await old.db.collection('rooms').find({ name: 'Unusable' }).toArray();
  expect(unusableRooms).toHaveLength(3);
  for (const room of unusableRooms)
    expect(room).toEqual({ ...unusable(room._id), location: undefined, original_location: coarsePoint(location) });

  // A running original service may create more of them.
  await old.db.collection<{ _id: unknown }>('rooms').insertOne(unusable(8));
  await using server = await startServer({ env: old.env });
  await using stack = new AsyncDisposableStack();
  const { api } = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());
  const here = { latitude: 52.52, longitude: 13.405 };
  const { room } = await api.rooms.join.mutate({ location: here });
  expect((await api.rooms.nearby.query({ location: here })).map(({ id }) => id)).toEqual([room.id]);
});

test('finding a room’s last use reads one message, even if many share its time', async () => {
  const messages = Array.from({ length: 400 }, () => originalMessage({ timestamp: at(9) }));
  await using old = await originalDatabase({ messages });
  await old.migrate();
  await using server = await startServer({ env: old.env });
  const operations = await profileOf(old.db, async () => {
    const answer = await fetch(`${server.url}/api/rooms/library`);
    expect(await answer.json()).toMatchObject({ last_message_at: at(9).toISOString() });
  });
  const reads = operations.filter(({ ns }) => /\.messages$/.test(ns));
  expect(reads.length).toBeGreaterThan(0);
  for (const { nreturned } of reads) expect(nreturned).toBeLessThanOrEqual(2);
});

test('a room created for a location_id gets the name and the time of its former document', async () => {
  const [north, south] = ['51.5000_-0.1200', '51.4000_-0.1200'];
  await using old = await originalDatabase({
    messages: [originalMessage({ room_id: north, timestamp: at(5) }), originalMessage({ room_id: south })],
    rooms: [
      { _id: new ObjectId(newId()), location_id: north, name: 'A younger one', created_at: at(-5) },
      { _id: new ObjectId(newId()), location_id: north, name: 'London room', created_at: at(-10) },
      { _id: new ObjectId(newId()), location_id: north, name: 'The youngest', created_at: at(-1), location: 'there' },
      { _id: new ObjectId(newId()), location_id: south, created_at: 2020 },
    ],
  });
  expect(await old.migrate()).toMatchObject({ roomsCreated: 2 });
  const made = await old.db
    .collection<{ _id: string }>('rooms')
    .find({ _id: { $type: 'string' } })
    .toArray();
  expect(made).toHaveLength(2);
  expect(made.find(({ _id }) => _id === north)).toMatchObject({
    name: 'London room',
    created_at: at(-10),
    last_message_at: at(5),
  });
  // Its document had no name.
  expect(made.find(({ _id }) => _id === south)).toMatchObject({ name: 'Local chat near 51.39, -0.11' });
});

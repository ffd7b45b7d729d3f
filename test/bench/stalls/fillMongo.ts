import { createLogger, openStore } from '@earshot/server';
import { limits } from '@earshot/shared';
import { type Db, type Document, MongoClient, ObjectId } from 'mongodb';
import { cellCentre, cellOf } from '../../../packages/server/src/cells.ts';
import { reactionFields } from '../../../packages/server/src/store/mongo/log/reactionFields.ts';
import { type FillData, hardRooms, type MessageRow, messages, type RoomRow, rooms, type Size } from './data.ts';

const batchSize = 5_000;

/** Fills an empty database directly, without the server. Returns the ids of the rooms with messages, except the expensive ones. */
export async function fillMongo(
  { uri, database }: { uri: string; database: string },
  size: Size,
  data: FillData = { rooms, messages },
): Promise<string[]> {
  await (await openStore({ kind: 'mongodb', uri, database }, createLogger('silent'))).close();
  await using client = await MongoClient.connect(uri);
  const db = client.db(database);
  const roomIds = await fillRooms(db, data.rooms(size));
  const users = Array.from({ length: size.members }, (_, n) => `user ${n}`);
  await insert(
    db,
    'members',
    users.map((user_id) => ({ room_id: hardRooms.crowd, user_id, username: 'Ann', joined_at: new Date(1) })),
  );
  const position = { current_location: toPoint(13.4, 52.5), last_location_update: new Date() };
  await insert(
    db,
    'users',
    users.map((_id) => ({ _id, username: 'Ann', ...position })),
  );
  await insert(db, 'messages', messageDocuments(data.messages(size, roomIds)));
  await insert(db, 'reactions', reactionDocuments(db));
  return roomIds;
}

async function insert(db: Db, name: string, documents: Iterable<Document> | AsyncIterable<Document>): Promise<void> {
  let batch: Document[] = [];
  const write = async () => {
    if (batch.length > 0) await db.collection(name).insertMany(batch, { ordered: false, writeConcern: { w: 1 } });
    batch = [];
  };
  for await (const document of documents) if (batch.push(document) >= batchSize) await write();
  await write();
}

const toPoint = (longitude: number, latitude: number) => ({ type: 'Point', coordinates: [longitude, latitude] });

async function fillRooms(db: Db, rows: Iterable<RoomRow>): Promise<string[]> {
  const roomIds: string[] = [];
  const cells = new Map<string, number>();
  const hard = new Set<string>(Object.values(hardRooms));
  const now = new Date();
  function* documents(): Generator<Document> {
    for (const { id, latitude, longitude, isIdle } of rows) {
      const cell = cellOf({ latitude, longitude });
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
      if (!isIdle && !hard.has(id)) roomIds.push(id);
      const centre = cellCentre(cell);
      const location = toPoint(centre.longitude, centre.latitude);
      const room = { _id: new ObjectId(id), name: 'A room', location, cell };
      const times = isIdle ? { last_message_at: null, idle_since: now } : { last_message_at: new Date(1) };
      yield { ...room, created_at: new Date(1), ...times };
    }
  }
  await insert(db, 'rooms', documents());
  await insert(
    db,
    'cells',
    Array.from(cells, ([cell, count]) => {
      const { latitude, longitude } = cellCentre(cell);
      return { _id: cell, centre: toPoint(longitude, latitude), rooms: count };
    }),
  );
  return roomIds;
}

function* messageDocuments(rows: Iterable<MessageRow>): Generator<Document> {
  for (const { id, roomId, seq, userId, content, timestamp, reactions } of rows) {
    yield {
      ...{ _id: new ObjectId(id), room_id: roomId, seq, updated_seq: seq, taken_seqs: [seq], user_id: userId },
      ...{ username: 'Ann', content, timestamp: new Date(timestamp), edited_at: null, deleted: false },
      ...(reactions.length > 0 ? reactionFields(reactions) : { reactions: [] }),
    };
  }
}

async function* reactionDocuments(db: Db): AsyncGenerator<Document> {
  const room_id = hardRooms.reactions;
  for await (const { _id, reactions } of db
    .collection('messages')
    .find({ room_id })
    .sort({ seq: -1 })
    .limit(limits.historyMax)) {
    for (const [position, one] of reactions.entries()) yield { room_id, message_id: _id, ...one, position };
  }
}

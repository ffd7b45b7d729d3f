import { createLogger, openStore } from '@earshot/server';
import { type Document, MongoClient, ObjectId } from 'mongodb';
import { cellCentre, cellOf } from '../../../packages/server/src/cells.ts';
import { hardRooms, messages, rooms, type Size } from './data.ts';

const batchSize = 5_000;

/** Fills an empty database, past the server. Gives the ids of the rooms. */
export async function fillMongo(uri: string, database: string, size: Size): Promise<string[]> {
  await (await openStore({ kind: 'mongodb', uri, database }, createLogger('silent'))).close();
  await using client = await MongoClient.connect(uri);
  const db = client.db(database);
  const roomIds: string[] = [];
  const cells = new Map<string, number>();

  async function insert(name: string, documents: Iterable<Document>): Promise<void> {
    let batch: Document[] = [];
    const write = async () => {
      if (batch.length > 0) await db.collection(name).insertMany(batch, { ordered: false, writeConcern: { w: 1 } });
      batch = [];
    };
    for (const document of documents) if (batch.push(document) >= batchSize) await write();
    await write();
  }

  function* roomDocuments(): Generator<Document> {
    for (const { id, latitude, longitude } of rooms(size)) {
      const cell = cellOf({ latitude, longitude });
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
      roomIds.push(id);
      const location = { type: 'Point', coordinates: [longitude, latitude] };
      const times = { created_at: new Date(1), last_message_at: new Date(1) };
      yield { _id: new ObjectId(id), name: 'A room', location, cell, ...times };
    }
  }
  await insert('rooms', roomDocuments());
  await insert(
    'cells',
    Array.from(cells, ([cell, count]) => {
      const { latitude, longitude } = cellCentre(cell);
      return { _id: cell, centre: { type: 'Point', coordinates: [longitude, latitude] }, rooms: count };
    }),
  );
  await insert(
    'members',
    Array.from({ length: size.members }, (_, n) => ({
      ...{ room_id: hardRooms.crowd, user_id: `user ${n}`, username: 'Ann', joined_at: new Date(1) },
    })),
  );
  const others = roomIds.slice(Object.keys(hardRooms).length);
  function* messageDocuments(): Generator<Document> {
    for (const { id, roomId, seq, userId, content, timestamp, reactions } of messages(size, others)) {
      yield {
        ...{ _id: new ObjectId(id), room_id: roomId, seq, updated_seq: seq, taken_seqs: [seq], user_id: userId },
        ...{ username: 'Ann', content, timestamp: new Date(timestamp), edited_at: null, deleted: false },
        reactions: reactions.map((one) => ({ user_id: one.userId, emoji: one.emoji })),
      };
    }
  }
  await insert('messages', messageDocuments());
  return others;
}

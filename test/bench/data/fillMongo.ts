import { createLogger, openStore } from '@earshot/server';
import { type Db, type Document, MongoClient, ObjectId } from 'mongodb';
import { cellCentre, cellOf } from '../../../packages/server/src/cells.ts';
import { reactionFields } from '../../../packages/server/src/store/mongo/log/reactionFields.ts';
import { nameFields } from '../../../packages/server/src/store/mongo/memberFields.ts';
import { type DataSet, type MessageRow, nameOf, nameOfId, person, type RoomRow } from './dataSet.ts';
import { MongoBatches } from './mongoBatches.ts';

export interface MongoTarget {
  uri: string;
  database: string;
}

/** Fills an empty database directly, without the server. */
export async function fillMongo({ uri, database }: MongoTarget, data: DataSet): Promise<void> {
  await (await openStore({ kind: 'mongodb', uri, database }, createLogger('silent'))).close();
  await using client = await MongoClient.connect(uri);
  const db = client.db(database);
  const batches = (name: string) => new MongoBatches(db, name);
  const rooms = batches('rooms');
  const members = batches('members');
  const messages = batches('messages');
  const reactions = batches('reactions');
  const cells = new Map<string, number>();
  for (const row of data.rooms()) {
    const cell = cellOf(row);
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
    await rooms.add(roomDocument(row, cell));
    for (const userId of row.members) await members.add(memberDocument(row.id, userId, cell));
    for (const message of data.messages(row)) {
      await messages.add(messageDocument(row.id, message));
      for (const one of reactionDocuments(row.id, message)) await reactions.add(one);
    }
  }
  await Promise.all([rooms, members, messages, reactions].map((one) => one.finish()));
  const inCells = Array.from(cells, ([_id, count]) => ({ _id, centre: point(_id), rooms: count }));
  await db.collection<Document & { _id: string }>('cells').insertMany(inCells);
  await fillUsers(db, data);
  // In the week after the first start, each start searches for rooms that were created during an upgrade.
  await db.collection('migrations').updateMany({}, { $set: { finished_at: new Date(1) } });
}

async function fillUsers(db: Db, { users: count }: DataSet): Promise<void> {
  const [users, privacy] = [new MongoBatches(db, 'users'), new MongoBatches(db, 'privacy')];
  for (let n = 0; n < count; n += 1) {
    await users.add({ _id: person(n), username: nameOf(n) });
    if (n % 10 !== 0) continue;
    const blocked = [1, 2, 3].map((other) => person((n + 7 * other) % count));
    const blocks = blocked.map((user_id) => ({ user_id, username: null, blocked_at: new Date(1) }));
    await privacy.add({ _id: person(n), version: 1, changed_at: new Date(1), blocked: blocks });
  }
  await users.finish();
  await privacy.finish();
}

function point(cell: string) {
  const { latitude, longitude } = cellCentre(cell);
  return { type: 'Point', coordinates: [longitude, latitude] };
}

const roomDocument = ({ id, members, lastMessageAt }: RoomRow, cell: string): Document => ({
  ...{ _id: new ObjectId(id), name: 'A room', location: point(cell), cell, created_at: new Date(1) },
  ...{ last_message_at: new Date(lastMessageAt), active_at: new Date() },
  ...(members[0] && { created_by: members[0] }),
});

function memberDocument(room_id: string, user_id: string, cell: string): Document {
  const username = nameOfId(user_id);
  return { room_id, user_id, username, joined_at: new Date(1), ...nameFields(username, cell) };
}

function messageDocument(room_id: string, message: MessageRow): Document {
  const { id, seq, updatedSeq, userId: user_id, content, timestamp, isEdited, isDeleted, reactors } = message;
  const summary = reactors.length === 0 ? [] : [{ emoji: '👍', count: reactors.length, userIds: [...reactors] }];
  return {
    ...{ _id: new ObjectId(id), room_id, seq, updated_seq: updatedSeq, user_id, username: 'Ana', content },
    ...{ taken_seqs: updatedSeq === seq ? [seq] : [seq, updatedSeq], timestamp: new Date(timestamp) },
    ...{ edited_at: isEdited ? new Date(timestamp) : null, deleted: isDeleted },
    ...(summary.length > 0 ? reactionFields(summary) : { reactions: [] }),
  };
}

const reactionDocuments = (room_id: string, { id, reactors }: MessageRow): Document[] =>
  reactors.map((user_id, position) => ({ room_id, message_id: new ObjectId(id), user_id, emoji: '👍', position }));

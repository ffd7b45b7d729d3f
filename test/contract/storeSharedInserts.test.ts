import { newId } from '@earshot/shared';
import { type CommandStartedEvent, MongoClient, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import type { MessageDocument } from '../../packages/server/src/store/mongo/collections.ts';
import { SharedInserts } from '../../packages/server/src/store/mongo/log/sharedInserts.ts';
import { beginTransaction } from '../resources/beginTransaction.ts';
import { mongoSite, upTo } from '../resources/stores.ts';

const sequenced = (room_id: string, seq: number, fields: Partial<MessageDocument> = {}): MessageDocument => ({
  ...{ _id: new ObjectId(newId()), room_id, seq, updated_seq: seq, taken_seqs: [seq], user_id: 'ana', username: 'Ana' },
  ...{ content: 'hello', timestamp: new Date(seq), edited_at: null, deleted: false, reactions: [] },
  ...fields,
});

const documentValidationFailure = 121;

/** The collection of a new database, and the number of documents in each insert command. */
async function openMessages() {
  await using stack = new AsyncDisposableStack();
  const site = stack.use(await mongoSite());
  await site.open(); // creates the indexes
  if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
  const client = stack.use(new MongoClient(inject('mongodbUri'), { monitorCommands: true }));
  const commands: number[] = [];
  client.on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
    if (commandName === 'insert') commands.push(command.documents.length);
  });
  const db = client.db(site.spec.database);
  const messages = db.collection<MessageDocument>('messages');
  const refuse = (fields: Partial<MessageDocument>) =>
    db.command({ collMod: 'messages', validator: { $nor: [fields] } });
  const stored = async () =>
    (await messages.find().sort({ room_id: 1, seq: 1 }).toArray()).map(({ room_id, seq }) => `${room_id} ${seq}`);
  /** Inserts a document in a transaction, for which other inserts of its number wait. */
  const hold = async (document: MessageDocument) => {
    const session = client.startSession(); // ends with the client
    await beginTransaction(session, () => messages.insertOne(document, { session }));
    return { commit: () => session.commitTransaction() };
  };
  /** Resolves with the next reply to an insert. */
  const nextReply = () =>
    new Promise<void>((resolve) => {
      client.on('commandSucceeded', ({ commandName }) => {
        if (commandName === 'insert') resolve();
      });
    });
  const held = stack.move();
  return { messages, commands, stored, refuse, hold, nextReply, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

describe('inserts of several rooms', () => {
  test('share a command, and a refused document stops no other room', async () => {
    await using site = await openMessages();
    const other = { client_message_id: 'c-1' };
    await site.messages.insertMany([sequenced('b', 1), sequenced('c', 1, other)]);
    site.commands.length = 0;
    const inserts = new SharedInserts(site.messages);
    const outcomes = await Promise.all([
      inserts.insert('a', [sequenced('a', 1)]),
      inserts.insert('b', [sequenced('b', 1)]),
      inserts.insert('c', [sequenced('c', 2, other)]),
      inserts.insert('d', [sequenced('d', 1)]),
    ]);
    expect(outcomes).toEqual([
      { inserted: 1 },
      { inserted: 0, duplicateKind: 'seq' },
      { inserted: 0, duplicateKind: 'clientMessageId' },
      { inserted: 1 },
    ]);
    expect(site.commands).toEqual([4]);
    expect(await site.stored()).toEqual(['a 1', 'b 1', 'c 1', 'd 1']);
  });

  test('store none of a room after a refused one, and continue with the others', async () => {
    await using site = await openMessages();
    await site.messages.insertOne(sequenced('b', 2));
    const inserts = new SharedInserts(site.messages);
    const three = (room: string) => upTo(3).map((seq) => sequenced(room, seq));
    const rooms = ['a', 'b', 'c'].map((room) => inserts.insert(room, three(room)));
    const outcomes = await Promise.all([...rooms, inserts.insert('d', [sequenced('d', 1)])]);
    expect(outcomes).toEqual([
      { inserted: 3 },
      { inserted: 1, duplicateKind: 'seq' },
      { inserted: 1 },
      { inserted: 1 },
    ]);
    expect(site.commands).toEqual([1, 10, 3]);
    expect(await site.stored()).toEqual(['a 1', 'a 2', 'a 3', 'b 1', 'b 2', 'c 1', 'd 1']);
  });

  test('share commands too while other instances write to the rooms', async () => {
    await using site = await openMessages();
    const rooms = upTo(20).map((room) => `room ${room}`);
    await site.messages.insertMany(rooms.map((room) => sequenced(room, 1)));
    const inserts = new SharedInserts(site.messages);
    const insertEach = (seq: number) => Promise.all(rooms.map((room) => inserts.insert(room, [sequenced(room, seq)])));
    const refused = { inserted: 0, duplicateKind: 'seq' };
    expect(await insertEach(1)).toEqual(rooms.map(() => refused));
    site.commands.length = 0;
    expect(await insertEach(1)).toEqual(rooms.map(() => refused));
    expect(await insertEach(2)).toEqual(rooms.map(() => ({ inserted: 1 })));
    expect(site.commands).toEqual([20, 20]);
  });

  test('leave a room with many documents its own command after a refusal', async () => {
    await using site = await openMessages();
    await site.messages.insertOne(sequenced('a', 2));
    const inserts = new SharedInserts(site.messages);
    const documents = (room: string, count: number) => upTo(count).map((seq) => sequenced(room, seq));
    const outcomes = await Promise.all([
      inserts.insert('a', documents('a', 2)),
      inserts.insert('b', documents('b', 50)),
      inserts.insert('c', documents('c', 1)),
    ]);
    expect(outcomes).toEqual([{ inserted: 1, duplicateKind: 'seq' }, { inserted: 50 }, { inserted: 1 }]);
    expect(site.commands.toSorted((a, b) => a - b)).toEqual([1, 2, 50, 53]);
  });

  test('report the error of the document that caused it', async () => {
    await using site = await openMessages();
    await site.refuse({ content: 'refused' });
    const inserts = new SharedInserts(site.messages);
    const outcomes = await Promise.allSettled([
      inserts.insert('a', [sequenced('a', 1)]),
      inserts.insert('b', [sequenced('b', 1, { content: 'refused' })]),
      inserts.insert('c', [sequenced('c', 1)]),
    ]);
    expect(outcomes).toMatchObject([
      { value: { inserted: 1 } },
      { reason: { code: documentValidationFailure } },
      { value: { inserted: 1 } },
    ]);
    expect(await site.stored()).toEqual(['a 1', 'c 1']);
  });

  test('that could not be made in time are not made later', async () => {
    await using site = await openMessages();
    const inserts = new SharedInserts(site.messages);
    const blocker = await site.hold(sequenced('b', 1));
    const late = await Promise.allSettled([
      inserts.insert('a', [sequenced('a', 1), sequenced('a', 2)]),
      inserts.insert('b', [sequenced('b', 1)]),
      inserts.insert('c', [sequenced('c', 1)]),
    ]);
    expect(late.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const answered = site.nextReply();
    await blocker.commit();
    await answered;
    await inserts.insert('d', [sequenced('d', 1)]);
    expect(site.commands).toEqual([1, 4, 1]);
    expect(await site.stored()).toEqual(['a 1', 'a 2', 'b 1', 'd 1']);
  }, 30_000);
});

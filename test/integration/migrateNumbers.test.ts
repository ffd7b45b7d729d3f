import { idFromBson } from '@earshot/shared';
import type { Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { wholeHistory } from '../resources/load.ts';
import { at, exactly, manyMessages, originalDatabase, originalMessage } from '../resources/originalDatabase.ts';
import { placed } from '../resources/originalDocuments.ts';
import { startProcess } from '../resources/process.ts';
import { startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

test('thousands of messages in one room and in many get numbers without gaps, in the order of their times', async () => {
  // More than two transactions of 500.
  const messages = [...manyMessages({ count: 1_100, rooms: 1 }), ...manyMessages({ count: 600, rooms: 300 })];
  await using old = await originalDatabase({ messages });
  expect(await old.migrate()).toMatchObject({ numbered: 1_700 });
  await expectOrder(old.db.collection('messages').find().sort({ room_id: 1, seq: 1 }).toArray());
});

test('invalid numbers: null counts as missing, and the others are listed', async () => {
  const nulls = { seq: null, updated_seq: null, taken_seqs: null };
  const wrong: [document: Document, reason: string][] = [
    [originalMessage({ seq: '1', updated_seq: '1' }), 'seq is not a positive whole number'],
    [originalMessage({ seq: 1.5, updated_seq: 2 }), 'seq is not a positive whole number'],
    [originalMessage({ seq: -1, updated_seq: 3 }), 'seq is not a positive whole number'],
    [originalMessage({ seq: [4], updated_seq: 4 }), 'seq is not a positive whole number'],
    [originalMessage({ seq: 5 }), 'updated_seq is not a positive whole number'],
  ];
  await using old = await originalDatabase({
    messages: [
      originalMessage({ room_id: placed, content: 'first', timestamp: at(1), ...nulls }),
      originalMessage({ room_id: placed, content: 'second', timestamp: at(2), ...nulls }),
      originalMessage({ room_id: placed, content: 'third', timestamp: at(3), updated_seq: 7 }),
      ...wrong.map(([document]) => document),
    ],
  });
  await expect(startServer({ env: old.env })).rejects.toThrow('Run `earshot migrate`');
  expect(await old.migrate({ dryRun: true })).toMatchObject({ readable: 3, unreadable: 5, numbered: 0 });
  const migrated = await old.migrate();
  expect(migrated).toMatchObject({ numbered: 3, unreadable: 5 });
  for (const [{ _id }, reason] of wrong)
    expect(migrated.listed).toContainEqual({ collection: 'messages', id: idFromBson(_id), reason });
  const { messages } = await old.dump();
  for (const [document] of wrong) expect(messages).toContain(exactly(document));
  const found = await old.db.collection('messages').find({ room_id: placed }).sort({ seq: 1 }).toArray();
  expect(found).toMatchObject([
    { seq: 1, updated_seq: 1, taken_seqs: [1], content: 'first' },
    { seq: 2, updated_seq: 2, taken_seqs: [2], content: 'second' },
    { seq: 3, updated_seq: 3, taken_seqs: [3], content: 'third' },
  ]);
});

test('two concurrent migrations have the same result as one', async () => {
  const messages = manyMessages({ count: 1_600, rooms: 70 });
  await using single = await originalDatabase({ messages });
  await using both = await originalDatabase({ messages });
  await single.migrate();
  await Promise.all([both.migrate(), both.migrate()]);
  expect(await both.dump(['migrations'])).toEqual(await single.dump(['migrations']));
});

describe('messages that were skipped, or written after the migration', () => {
  test('get the next numbers of the room, and are counted separately', async () => {
    await using old = await originalDatabase({ messages: [originalMessage({ content: 'old' })] });
    await old.migrate();
    await using server = await startServer({ env: old.env });
    await using stack = new AsyncDisposableStack();
    const eve = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());
    await eve.api.rooms.join.mutate({ roomId: 'library' });
    await eve.api.messages.send.mutate({ roomId: 'library', content: 'new' });
    using watch = eve.watch('library');
    await watch.until(({ event }) => event.type === 'snapshot');

    await old.db
      .collection('messages')
      .insertMany([
        originalMessage({ content: 'found later', timestamp: at(2) }),
        originalMessage({ content: 'found as well', timestamp: at(1) }),
      ]);
    expect(await old.migrate()).toMatchObject({ numbered: 2, numberedAfterNewer: 2 });
    const history = await wholeHistory(eve, 'library');
    expect(history.map(({ seq, content }) => [seq, content])).toEqual([
      [1, 'old'],
      [2, 'new'],
      [3, 'found as well'],
      [4, 'found later'],
    ]);
    // A watcher receives them like other messages.
    await watch.until(({ event }) => event.type === 'message.created' && event.message.content === 'found later');
  });

  test('are counted in every transaction', async () => {
    // In one room they take several transactions; in many, each room has one message in a transaction.
    const rooms = ['library', ...Array.from({ length: 400 }, (_, i) => `room ${i}`)];
    await using old = await originalDatabase({
      messages: rooms.map((room_id) => originalMessage({ room_id, timestamp: at(10_000) })),
    });
    await old.migrate();
    const messages = [
      ...Array.from({ length: 1_100 }, (_, i) => originalMessage({ timestamp: at(i) })),
      ...manyMessages({ count: 1_600, rooms: 400 }),
    ];
    await old.db.collection('messages').insertMany([...messages, originalMessage({ timestamp: at(10_001) })]);
    expect(await old.migrate()).toMatchObject({ numbered: 2_701, numberedAfterNewer: 2_700 });
  });

  test('and are unreadable do not prevent a server from starting, which logs them', async () => {
    await using old = await originalDatabase({ messages: [originalMessage({ content: 7 })] });
    await old.migrate();
    await using server = await startProcess(old.env);
    expect(server.output()).toContain('`earshot migrate --dry-run` lists them');
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  });
});

test('a migration with concurrent senders leaves no gap and loses nothing', async () => {
  await using old = await originalDatabase({ messages: [originalMessage({ room_id: 'room 0' })] });
  await old.migrate();
  await using server = await startServer({ env: old.env });
  await using stack = new AsyncDisposableStack();
  const eve = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());
  await eve.api.rooms.join.mutate({ roomId: 'room 0' });
  await old.db.collection('messages').insertMany(manyMessages({ count: 1_600, rooms: 1 }));

  let isOver = false;
  const migration = old.migrate().finally(() => {
    isOver = true;
  });
  let sent = 0;
  for (; !isOver; sent += 1) await eve.api.messages.send.mutate({ roomId: 'room 0', content: 'meanwhile' });
  await migration;
  expect(sent).toBeGreaterThan(0);
  const history = await wholeHistory(eve, 'room 0');
  expect(history.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_601 + sent }, (_, i) => i + 1));
});

async function expectOrder(sorted: Promise<Document[]>): Promise<void> {
  const byRoom = Map.groupBy(await sorted, ({ room_id }) => room_id);
  expect(byRoom.size).toBe(300);
  for (const messages of byRoom.values()) {
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, i) => i + 1));
    const times = messages.map(({ timestamp, _id }) => `${timestamp.toISOString()} ${idFromBson(_id)}`);
    expect(times).toEqual(times.toSorted());
  }
}

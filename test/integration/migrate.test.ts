import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idFromBson, newId } from '@earshot/shared';
import { type Document, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { wholeHistory } from '../resources/load.ts';
import { at, exactly, manyMessages, originalDatabase, originalMessage } from '../resources/originalDatabase.ts';
import { runEarshot, startProcess } from '../resources/process.ts';
import { startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const placed = '52.5200_13.4050';
const square = new ObjectId(newId());
const squareId = idFromBson(square);
const [early, late] = [new ObjectId(newId()), new ObjectId(newId())];

/** All known forms of the original service's documents, unordered. */
const readable: Document[] = [
  originalMessage({ room_id: placed, content: 'third', timestamp: '2025-07-07T12:00:03.250999Z' }),
  originalMessage({
    room_id: placed,
    content: 'first',
    timestamp: at(1),
    reactions: [{ user_id: 'bob', emoji: '👍' }],
  }),
  originalMessage({
    room_id: placed,
    content: 'fourth',
    timestamp: '2025-07-07T14:00:03.251+02:00',
    edited_at: at(60),
  }),
  originalMessage({ room_id: placed, content: 'second', timestamp: at(2), deleted: true }),
  originalMessage({ room_id: square, content: 'to the ObjectId', timestamp: at(5) }),
  originalMessage({ room_id: squareId, content: 'to its text', timestamp: at(4), reactions: null }),
  originalMessage({ _id: late, content: 'with the higher id', timestamp: at(7) }),
  originalMessage({ _id: early, content: 'with the lower id', timestamp: at(7), username: undefined }),
];
const unreadable: [document: Document, reason: string][] = [
  [originalMessage({ timestamp: undefined }), 'timestamp is missing'],
  [originalMessage({ timestamp: 'yesterday', room_id: square }), 'timestamp is not a time'],
  [originalMessage({ content: { text: 'a secret' } }), 'content is not text'],
  [originalMessage({ user_id: undefined }), 'user_id is missing'],
  [originalMessage({ room_id: undefined, content: undefined }), 'room_id is missing'],
  [originalMessage({ reactions: ['👍'] }), 'reactions.0 is not a reaction'],
  [originalMessage({ _id: 'my id' }), '_id is not an ObjectId'],
];
const rooms: Document[] = [
  {
    _id: placed,
    location_id: placed,
    created_at: at(-10).toISOString(),
    settings: { max_users: 1000, rate_limit: 10 },
  },
  { _id: square, name: 'The square', location: { type: 'Point', coordinates: [2.35, 48.85] }, created_at: at(30) },
  { _id: 'quiet', location: { type: 'Point', coordinates: [200, 500] } },
];
const users: Document[] = [
  {
    _id: 'ada',
    username: 'Ada',
    current_location: { type: 'Point', coordinates: [2.35, 48.85] },
    last_location_update: at(0),
  },
  {
    _id: 'bob',
    username: 'Bob',
    current_location: { type: 'Point', coordinates: [2.35, 48.85] },
    last_location_update: 'once',
  },
  { _id: 'cy', username: 'Cy', current_location: 'at home', last_location_update: at(0) },
  {
    _id: 'dan',
    username: 'Dan',
    current_location: { type: 'Point', coordinates: [2.35, 48.85] },
    last_location_update: at(0).toISOString(),
  },
];
const original = () =>
  originalDatabase({ messages: [...unreadable.map(([document]) => document), ...readable], rooms, users });

describe('a database of the original service', () => {
  test('is rejected by a server, unchanged by a dry run, usable after a migration, and unchanged by another one', async () => {
    await using old = await original();
    const before = await old.dump();
    const refusal = await runEarshot(['serve'], { ...old.env, PORT: '0' });
    expect(refusal).toEqual({ code: 1, output: expect.stringContaining('Run `earshot migrate`') });
    expect(refusal.output).not.toMatch(/ {4}at /);

    const dry = await runEarshot(['migrate', '--dry-run'], old.env);
    expect(dry.output).toMatch(/Dry run: nothing was written.*8 messages to number.*7 unreadable messages/s);
    expect(await old.dump()).toEqual(before);

    const { code, output } = await runEarshot(['migrate'], old.env);
    expect(code).toBe(0);
    for (const text of [dry.output, output]) {
      for (const [{ _id }, reason] of unreadable) expect(text).toContain(`messages ${idFromBson(_id)}: ${reason}`);
      expect(text).toContain('rooms quiet: location is not a GeoJSON point');
      expect(text).not.toMatch(/secret|yesterday|48\.85|home/);
    }
    expect(output).toMatch(
      /8 messages numbered.*7 unreadable messages.*1 room created.*2 rooms completed.*2 unusable/s,
    );
    const after = await old.dump();
    for (const [document] of unreadable) expect(after.messages).toContain(exactly(document));
    expect(after.messages).toHaveLength(before.messages?.length ?? 0);
    expect(after.users).toContain(exactly({ ...users[3], last_location_update: at(0) }));

    const again = await runEarshot(['migrate'], old.env);
    expect(again).toMatchObject({
      code: 0,
      output: expect.stringMatching(/0 messages numbered.*7 unreadable messages/s),
    });
    expect(await old.dump()).toEqual(after);
  });

  test('has its histories in the order of time, followed by new messages', async () => {
    await using old = await original();
    await runEarshot(['migrate'], old.env);
    await using server = await startServer({ env: old.env });
    await using stack = new AsyncDisposableStack();
    const eve = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());
    const read = async (roomId: string) => {
      await eve.api.rooms.join.mutate({ roomId });
      return wholeHistory(eve, roomId);
    };

    const history = await read(placed);
    expect(history).toMatchObject([
      {
        seq: 1,
        updatedSeq: 1,
        content: 'first',
        timestamp: at(1),
        reactions: [{ emoji: '👍', count: 1, userIds: ['bob'] }],
      },
      { seq: 2, content: '', deleted: true, timestamp: at(2) },
      { seq: 3, content: 'third', timestamp: at(3.25), editedAt: null },
      { seq: 4, content: 'fourth', timestamp: at(3.251), editedAt: at(60) },
    ]);
    expect((await read(squareId)).map(({ content }) => content)).toEqual(['to its text', 'to the ObjectId']);
    expect(await read('library')).toMatchObject([
      { id: idFromBson(early), content: 'with the lower id', username: 'ada' },
      { id: idFromBson(late), content: 'with the higher id', username: 'Ada' },
    ]);

    const sent = await eve.api.messages.send.mutate({ roomId: placed, content: 'fifth' });
    expect(sent).toMatchObject({ seq: 5, updatedSeq: 5 });
    const reacted = { roomId: placed, messageId: history[0]?.id ?? '', emoji: '🎉', on: true };
    expect(await eve.api.messages.react.mutate(reacted)).toMatchObject({ seq: 1, updatedSeq: 6 });
  });

  test('has its rooms with names, times and locations', async () => {
    await using old = await original();
    await runEarshot(['migrate'], old.env);
    await using server = await startServer({ env: old.env });
    await using stack = new AsyncDisposableStack();
    const { api } = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());

    expect(await api.rooms.get.query({ roomId: placed })).toMatchObject({
      name: 'Local chat near 52.52, 13.40',
      createdAt: at(-10),
      lastMessageAt: at(3.251),
    });
    // Its first message is older than its creation time.
    expect(await api.rooms.get.query({ roomId: squareId })).toMatchObject({ name: 'The square', createdAt: at(4) });
    expect(await api.rooms.get.query({ roomId: 'library' })).toMatchObject({ place: null, createdAt: at(7) });
    expect(await api.rooms.get.query({ roomId: 'quiet' })).toMatchObject({ place: null, lastMessageAt: null });
    const near = await api.rooms.nearby.query({ location: { latitude: 52.52, longitude: 13.406 } });
    expect(near.map(({ id }) => id)).toEqual([placed]);
  });
});

test('rooms with unusable ids do not prevent joins and searches near them', async () => {
  const location = { type: 'Point', coordinates: [13.405, 52.52] };
  const unusable = (_id: unknown) => ({ _id, name: 'Unusable', location, created_at: at(0) });
  const ids = [7, '0123456789abcdef01234567', 'x'.repeat(200)];
  await using old = await originalDatabase({ messages: [originalMessage({})], rooms: ids.map(unusable) });
  const { code, output } = await runEarshot(['migrate'], old.env);
  expect(code).toBe(0);
  expect(output.match(/its location is kept as original_location/g)).toHaveLength(3);
  const unusableRooms = await old.db.collection('rooms').find({ name: 'Unusable' }).toArray();
  expect(unusableRooms).toHaveLength(3);
  for (const room of unusableRooms)
    expect(room).toEqual({ ...unusable(room._id), location: undefined, original_location: location });

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
  await runEarshot(['migrate'], old.env);
  await using server = await startServer({ env: old.env });
  await old.db.command({ profile: 2 });
  const answer = await fetch(`${server.url}/api/rooms/library`);
  await old.db.command({ profile: 0 });
  expect(await answer.json()).toMatchObject({ last_message_at: at(9).toISOString() });
  const reads = await old.db
    .collection('system.profile')
    .find({ ns: /\.messages$/ })
    .toArray();
  expect(reads.length).toBeGreaterThan(0);
  for (const { nreturned } of reads) expect(nreturned).toBeLessThanOrEqual(2);
});

test('thousands of messages in one room and in many get numbers without gaps, in the order of their times', async () => {
  const messages = [...manyMessages({ count: 2_500, rooms: 1 }), ...manyMessages({ count: 600, rooms: 300 })];
  await using old = await originalDatabase({ messages });
  expect(await runEarshot(['migrate'], old.env)).toMatchObject({ code: 0 });
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
  expect(await runEarshot(['serve'], { ...old.env, PORT: '0' })).toMatchObject({ code: 1 });
  const dry = await runEarshot(['migrate', '--dry-run'], old.env);
  expect(dry.output).toMatch(/3 messages to number.*5 unreadable messages/s);
  const { code, output } = await runEarshot(['migrate'], old.env);
  expect(code).toBe(0);
  expect(output).toMatch(/3 messages numbered.*5 unreadable messages/s);
  for (const [{ _id }, reason] of wrong) expect(output).toContain(`messages ${idFromBson(_id)}: ${reason}`);
  const { messages } = await old.dump();
  for (const [document] of wrong) expect(messages).toContain(exactly(document));
  const found = await old.db.collection('messages').find({ room_id: placed }).sort({ seq: 1 }).toArray();
  expect(found).toMatchObject([
    { seq: 1, updated_seq: 1, taken_seqs: [1], content: 'first' },
    { seq: 2, updated_seq: 2, taken_seqs: [2], content: 'second' },
    { seq: 3, updated_seq: 3, taken_seqs: [3], content: 'third' },
  ]);
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
  expect(await runEarshot(['migrate'], old.env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('2 rooms created'),
  });
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
  expect(made.find(({ _id }) => _id === south)).toMatchObject({ name: 'Local chat near 51.40, -0.12' });
});

test('two concurrent migrations have the same result as one', async () => {
  const messages = manyMessages({ count: 2_500, rooms: 3 });
  await using alone = await originalDatabase({ messages });
  await using both = await originalDatabase({ messages });
  await runEarshot(['migrate'], alone.env);
  const runs = await Promise.all([runEarshot(['migrate'], both.env), runEarshot(['migrate'], both.env)]);
  expect(runs).toMatchObject([{ code: 0 }, { code: 0 }]);
  expect(await both.dump(['migrations'])).toEqual(await alone.dump(['migrations']));
}, 90_000);

describe('messages that were skipped, or written after the migration', () => {
  test('get the next numbers of the room, and are counted separately', async () => {
    await using old = await originalDatabase({ messages: [originalMessage({ content: 'old' })] });
    await runEarshot(['migrate'], old.env);
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
    const { output } = await runEarshot(['migrate'], old.env);
    expect(output).toMatch(/2 messages numbered.*2 messages numbered after newer ones/s);
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

  test('and are unreadable do not prevent a server from starting, which logs them', async () => {
    await using old = await originalDatabase({ messages: [originalMessage({ content: 7 })] });
    expect(await runEarshot(['migrate'], old.env)).toMatchObject({ code: 0 });
    await using server = await startProcess(old.env);
    expect(server.output()).toContain('`earshot migrate --dry-run` lists them');
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  });
});

test('a migration with concurrent senders leaves no gap and loses nothing', async () => {
  await using old = await originalDatabase({ messages: [originalMessage({ room_id: 'room 0' })] });
  await runEarshot(['migrate'], old.env);
  await using server = await startServer({ env: old.env });
  await using stack = new AsyncDisposableStack();
  const eve = stack.adopt(stockClient(server.url, { username: 'Eve' }), (client) => client.close());
  await eve.api.rooms.join.mutate({ roomId: 'room 0' });
  await old.db.collection('messages').insertMany(manyMessages({ count: 3_000, rooms: 1 }));

  let isOver = false;
  const migration = runEarshot(['migrate'], old.env).finally(() => {
    isOver = true;
  });
  let sent = 0;
  for (; !isOver; sent += 1) await eve.api.messages.send.mutate({ roomId: 'room 0', content: 'meanwhile' });
  expect(await migration).toMatchObject({ code: 0 });
  expect(sent).toBeGreaterThan(0);
  const history = await wholeHistory(eve, 'room 0');
  expect(history.map(({ seq }) => seq)).toEqual(Array.from({ length: 3_001 + sent }, (_, i) => i + 1));
});

describe('the command', () => {
  test('writes the list of unreadable documents to a file', async () => {
    await using old = await original();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-report-'));
    await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
    const report = join(folder, 'report.txt');
    const { output } = await runEarshot(['migrate', '--dry-run', '--report', report], old.env);
    expect(output).toContain(`7 unreadable messages, listed in ${report}`);
    expect(output).not.toContain('is missing');
    expect((await readFile(report, 'utf8')).trim().split('\n')).toHaveLength(8);
  });

  test('reports missing settings', async () => {
    const without = await runEarshot(['migrate']);
    expect(without).toMatchObject({ code: 1, output: expect.stringContaining('MONGODB_URI') });
    await using empty = await originalDatabase({});
    const { code, output } = await runEarshot(['migrate'], empty.env);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Is MONGODB_DB right?') });
    expect(await empty.dump()).toEqual({});
    const away = await runEarshot(['migrate'], { MONGODB_URI: 'mongodb://127.0.0.1:1' });
    expect(away).toMatchObject({ code: 1, output: expect.stringContaining('MongoDB is unreachable') });
    expect(away.output).not.toMatch(/ {4}at /);
  });

  test('prints its usage', async () => {
    const { code, output } = await runEarshot(['migrate', '--help']);
    expect(code).toBe(0);
    expect(output).toContain('Usage: earshot migrate');
  });
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

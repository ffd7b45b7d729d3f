import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { newId } from '@earshot/shared';
import { type Db, MongoClient } from 'mongodb';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { fillKeptDatabase } from '../bench/data/keptData.ts';

/** An empty database, and what was printed to stderr. */
async function setup() {
  const client = await MongoClient.connect(inject('mongodbUri'));
  const db = client.db(`test_${newId()}`);
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(async () => {
    printed.mockRestore();
    await db.dropDatabase();
    await client.close();
  });
  const count = (name: string) => db.collection(name).countDocuments();
  return { db, count, printed: () => printed.mock.calls.map(([text]) => String(text)).join('') };
}

const fillOf = (db: Db) => async () => void (await db.collection('rooms').insertOne({ name: 'plaza' }));
const fillThatFails = (db: Db) => async () => {
  await fillOf(db)();
  throw new Error('interrupted');
};

/** A run of the benchmark that fills the database, or uses it, and ends. */
async function runOn(db: Db, fill = fillOf(db)): Promise<void> {
  await using _held = await fillKeptDatabase(db, fill);
}

test('an empty database is filled once, and used as it is afterwards', async () => {
  const { db, count, printed } = await setup();
  await runOn(db);
  await runOn(db, fillThatFails(db));
  expect(await count('rooms')).toBe(1);
  expect(printed()).toBe('');
});

test('a database whose fill did not finish is emptied, which is printed, and filled again', async () => {
  const { db, count, printed } = await setup();
  await expect(runOn(db, fillThatFails(db))).rejects.toThrow('interrupted');
  await runOn(db);
  expect(await count('rooms')).toBe(1);
  expect(printed()).toBe(`Dropping the data in ${db.databaseName}: its fill did not finish.\n`);
});

test('a database with other data is refused, and does not change', async () => {
  const { db, count, printed } = await setup();
  await db.collection('diary').insertOne({ day: 1 });
  await db.collection('rooms').insertOne({});
  await expect(runOn(db)).rejects.toThrow(
    `The database ${db.databaseName} has collections that this benchmark did not make: diary, rooms. Drop or move them yourself`,
  );
  expect(await count('diary')).toBe(1);
  expect(await db.listCollections().toArray()).toHaveLength(2);
  expect(printed()).toBe('');
});

test('an unfinished database to which other data was added is refused, and does not change', async () => {
  const { db, count, printed } = await setup();
  await expect(runOn(db, fillThatFails(db))).rejects.toThrow('interrupted');
  await db.collection('diary').insertOne({ day: 1 });
  await expect(runOn(db)).rejects.toThrow('has collections that this benchmark did not make: diary. Drop or move');
  expect([await count('diary'), await count('rooms')]).toEqual([1, 1]);
  expect(printed()).toBe('');
});

test('a second run is refused while the first fills the database or uses it', async () => {
  const { db, count } = await setup();
  const refused = `Another run of this benchmark is using the database ${db.databaseName}: process ${process.pid} on ${hostname()}`;
  const first = await fillKeptDatabase(db, async () => {
    await fillOf(db)();
    await expect(runOn(db)).rejects.toThrow(refused);
  });
  await expect(runOn(db)).rejects.toThrow(refused);
  await first[Symbol.asyncDispose]();
  await runOn(db);
  expect(await count('rooms')).toBe(1);
});

test('the lock of a process that has ended is taken over, and that of another machine is not', async () => {
  const { db, count } = await setup();
  const ended = Number(execFileSync(process.execPath, ['--print', 'process.pid']));
  const locks = db.collection<{ _id: string; pid: number; host: string; since: Date }>('bench_lock');
  const lock = { _id: 'run', pid: ended, since: new Date() };
  await locks.insertOne({ ...lock, host: 'elsewhere' });
  await expect(runOn(db)).rejects.toThrow(/process \d+ on elsewhere.*If it has ended, drop the collection bench_lock/);
  await locks.replaceOne({}, { ...lock, host: hostname() });
  await runOn(db);
  expect([await count('rooms'), await count('bench_lock')]).toEqual([1, 0]);
});

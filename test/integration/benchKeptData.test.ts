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

test('an empty database is filled once, and used as it is afterwards', async () => {
  const { db, count, printed } = await setup();
  await fillKeptDatabase(db, fillOf(db));
  await fillKeptDatabase(db, fillThatFails(db));
  expect(await count('rooms')).toBe(1);
  expect(printed()).toBe('');
});

test('a database whose fill did not finish is dropped, which is printed, and filled again', async () => {
  const { db, count, printed } = await setup();
  await expect(fillKeptDatabase(db, fillThatFails(db))).rejects.toThrow('interrupted');
  await fillKeptDatabase(db, fillOf(db));
  expect(await count('rooms')).toBe(1);
  expect(printed()).toBe(`Dropping the database ${db.databaseName}, with 2 collections: its fill did not finish.\n`);
});

test('a database with other data is refused, and does not change', async () => {
  const { db, count, printed } = await setup();
  await db.collection('diary').insertOne({ day: 1 });
  await db.collection('accounts').insertOne({});
  await expect(fillKeptDatabase(db, fillOf(db))).rejects.toThrow(
    `The database ${db.databaseName} was not filled by this benchmark: it has the collections accounts, diary.`,
  );
  expect(await count('diary')).toBe(1);
  expect(await count('rooms')).toBe(0);
  expect(printed()).toBe('');
});

import { expect, test } from 'vitest';
import { Database, openFile } from './database.ts';

async function numbers() {
  const raw = await openFile(':memory:');
  raw.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY, padding BLOB) STRICT');
  const database = new Database(raw);
  const insert = raw.prepare('INSERT INTO numbers VALUES (?, zeroblob(?))');
  return {
    database,
    put: (number: number, bytes = 0) => database.write(() => insert.run(number, bytes).changes),
    stored: () =>
      database.read(() =>
        raw
          .prepare('SELECT number FROM numbers')
          .all()
          .map((row) => row.number),
      ),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

const statuses = async (writes: Promise<unknown>[]) => (await Promise.allSettled(writes)).map((write) => write.status);

test('a job that fails takes back what it did, and leaves its neighbours', async () => {
  await using table = await numbers();
  const half = table.database.write(() => {
    table.database.raw.exec('INSERT INTO numbers VALUES (7, NULL)');
    throw new Error('half way');
  });
  expect(await statuses([table.put(1), half, table.put(1), table.put(2)])).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ]);
  await expect(half).rejects.toThrow('half way');
  expect(await table.stored()).toEqual([1, 2]);
});

test('a full disk is told as such, and once there is room, writing goes on', async () => {
  await using table = await numbers();
  await table.put(1);
  const { raw } = table.database;
  const { page_count: pages } = raw.prepare('PRAGMA page_count').get() ?? {};
  raw.exec(`PRAGMA max_page_count = ${pages}`);
  await expect(table.put(2, 1_000_000)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await table.stored()).toEqual([1]);
  raw.exec('PRAGMA max_page_count = 100000');
  await table.put(3, 1_000_000);
  expect(await table.stored()).toEqual([1, 3]);
});

test('a commit reaches the disk before it returns', async () => {
  using raw = await openFile(':memory:');
  expect(raw.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 }); // FULL
});

test('nothing is told before all of the transaction is durable', async () => {
  await using table = await numbers();
  const told: number[] = [];
  const writes = [1, 2, 3].map((number) => table.put(number).then(() => told.push(number)));
  await table.database.write(() => expect(told).toEqual([]));
  await Promise.all(writes);
  expect(told).toEqual([1, 2, 3]);
});

test('closing writes what was accepted', async () => {
  const table = await numbers();
  const writes = [table.put(1), table.put(2)];
  await table.database.close();
  expect(await statuses(writes)).toEqual(['fulfilled', 'fulfilled']);
  await expect(table.stored()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ReadConnection } from './readConnection.ts';

test('a snapshot that SQLite has ended does not hide the cause', async () => {
  using raw = new DatabaseSync(':memory:');
  const reader = new ReadConnection(raw);
  const work = () => {
    raw.exec('ROLLBACK'); // as after a disk error
    throw new Error('why');
  };
  await expect(reader.readInTransaction(work)).rejects.toThrow('why');
  expect(await reader.readInTransaction(() => raw.isTransaction)).toBe(true);
  expect(raw.isTransaction).toBe(false);
});

import { mkdir, mkdtempDisposable, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openDatabase } from './openDatabase.ts';

const newFolder = () => mkdtempDisposable(join(tmpdir(), 'earshot-connection-'));

test('a commit reaches the disk before it returns', async () => {
  await using folder = await newFolder();
  using raw = await openDatabase(join(folder.path, 'earshot.db'));
  expect(raw.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 }); // FULL
});

test('the folder it creates is accessible to this user only', async () => {
  await using folder = await newFolder();
  const made = join(folder.path, 'data');
  using _raw = await openDatabase(join(made, 'earshot.db'));
  expect((await stat(made)).mode & 0o777).toBe(0o700);
});

test('a file that can’t be opened is reported with its name and the cause', async () => {
  await using folder = await newFolder();
  const file = join(folder.path, 'earshot.db');
  await mkdir(file);
  const cause = { code: 'ERR_SQLITE_ERROR' };
  const message = expect.stringContaining(file);
  await expect(openDatabase(file)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message, cause });
});

test('a file that another process has locked is opened once it is free', async () => {
  await using folder = await newFolder();
  const file = join(folder.path, 'earshot.db');
  using other = new DatabaseSync(file);
  other.exec('CREATE TABLE one (a); BEGIN EXCLUSIVE');
  const opening = openDatabase(file); // the first attempt fails at once
  other.exec('COMMIT');
  using raw = await opening;
  expect(raw.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
});

test('a file that is not a database is not tried again', async () => {
  await using folder = await newFolder();
  const file = join(folder.path, 'earshot.db');
  await writeFile(file, 'no database at all, however often it is opened'.repeat(100));
  const began = performance.now();
  await expect(openDatabase(file)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('the connection has bounded caches and protects the schema', async () => {
  await using folder = await newFolder();
  using raw = await openDatabase(join(folder.path, 'earshot.db'));
  const pragmas = [
    'secure_delete',
    'cache_size',
    'wal_autocheckpoint',
    'journal_size_limit',
    'temp_store',
    'foreign_keys',
  ];
  const values = pragmas.map((name) => Object.values(raw.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  expect(values).toEqual([1, -32_768, 8_000, 67_108_864, 2, 1]);
  raw.exec('CREATE TABLE one (a); PRAGMA writable_schema = ON');
  expect(() => raw.exec("DELETE FROM sqlite_schema WHERE name = 'one'")).toThrow('may not be modified');
});

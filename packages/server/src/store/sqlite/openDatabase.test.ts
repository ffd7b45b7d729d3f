import { mkdtempDisposable, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

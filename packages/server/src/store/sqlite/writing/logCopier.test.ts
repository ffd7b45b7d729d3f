import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../openDatabase.ts';
import { LogCopier } from './logCopier.ts';

test('the log is copied into the file on another thread, while it is written and read', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-copier-'));
  const file = join(folder.path, 'earshot.db');
  using raw = await openDatabase(file);
  raw.exec("CREATE TABLE texts (text TEXT); INSERT INTO texts VALUES ('marker')");
  const isInFile = async () => (await readFile(file)).includes('marker');
  expect(await isInFile()).toBe(false);
  const copier = new LogCopier(file);
  copier.copy();
  raw.exec("INSERT INTO texts VALUES ('other'); BEGIN; SELECT * FROM texts");
  copier.copy(); // does nothing while the first one is in progress
  await copier.close();
  expect(await isInFile()).toBe(true);
});

test('a thread that fails ends, and delays no write', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-copier-'));
  const copier = new LogCopier(folder.path); // a folder can't be opened as a database
  copier.copy();
  copier.copy();
  await copier.close();
});

import { mkdir, mkdtempDisposable, readFile, rename, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../openDatabase.ts';
import { openSqliteStore } from '../sqliteStore.ts';
import { LogCopier } from './logCopier.ts';

test('the log is copied into the file on another thread, while it is written and read', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-copier-'));
  const file = join(folder.path, 'earshot.db');
  using raw = await openDatabase(file);
  raw.exec("CREATE TABLE texts (text TEXT); INSERT INTO texts VALUES ('marker')");
  const isInFile = async () => (await readFile(file)).includes('marker');
  expect(await isInFile()).toBe(false);
  const copier = new LogCopier(file, { onFailed: () => {} });
  copier.copy();
  raw.exec("INSERT INTO texts VALUES ('other'); BEGIN; SELECT * FROM texts");
  copier.copy(); // does nothing while the first one is in progress
  await copier.close();
  expect(await isInFile()).toBe(true);
});

test.each([
  { pausedMs: 29_999, isCopied: false },
  { pausedMs: 30_000, isCopied: true },
])('a thread that failed is reported, and replaced after 30 s: after $pausedMs ms', async ({ pausedMs, isCopied }) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-copier-'));
  const file = join(folder.path, 'earshot.db');
  await mkdir(file); // a folder can't be opened as a database
  let now = 0;
  const onFailed = vi.fn<(error: unknown) => void>();
  const copier = new LogCopier(file, { onFailed, now: () => now });
  copier.copy();
  await vi.waitFor(() => expect(onFailed).toHaveBeenCalledTimes(1), { timeout: 10_000 });
  expect(onFailed.mock.calls[0]?.[0]).toMatchObject({ message: expect.stringContaining('can’t be opened') });
  await rmdir(file);
  using raw = await openDatabase(file);
  raw.exec("CREATE TABLE texts (text TEXT); INSERT INTO texts VALUES ('marker')");
  now = pausedMs;
  copier.copy();
  await copier.close();
  expect((await readFile(file)).includes('marker')).toBe(isCopied);
  expect(onFailed).toHaveBeenCalledTimes(1);
});

test('the store logs that the thread failed, and writes on', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-copier-'));
  const file = join(folder.path, 'earshot.db');
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(line) });
  const store = await openSqliteStore({ file, log });
  const sent = { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'hello' };
  const { message } = await store.append(sent);
  await store.change({ roomId: 'plaza', messageId: message.id }, { type: 'delete' });
  // The writer has the file open. The other thread finds a folder there, when it starts after the deletion.
  await rename(file, join(folder.path, 'moved.db'));
  await mkdir(file);
  await vi.waitFor(() => expect(logged.join()).toContain('write-ahead log not copied'), { timeout: 10_000 });
  expect((await store.append(sent)).message.seq).toBe(3);
  await store.close();
});

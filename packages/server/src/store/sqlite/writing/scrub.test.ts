import { cp, mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createLogger } from '../../../observe/logger.ts';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../openDatabase.ts';
import { migrations } from '../schema.ts';
import { openSqliteStore } from '../sqliteStore.ts';
import { roomLogWrites } from './roomLogWrites.ts';
import { Scrub } from './scrub.ts';

async function isInFolder(folder: string, marker: string): Promise<boolean> {
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
  return files.some((bytes) => bytes.includes(marker));
}

test('deleted or replaced text soon is in no file of the folder', async () => {
  vi.useFakeTimers();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-scrub-'));
  using raw = await openDatabase(join(folder.path, 'earshot.db'));
  migrate(raw, migrations);
  const log = roomLogWrites(raw);
  const scrub = new Scrub(raw, () => {});
  const has = (marker: string) => isInFolder(folder.path, marker);
  const append = (content: string) => log.append({ roomId: 'plaza', userId: 'ana', username: 'Ana', content }, 0);
  // Long enough for pages of its own, which become free.
  const { id: deleted } = append('marker-deleted '.repeat(1_000));
  const { id: edited } = append('marker-edited');
  append('kept');
  raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  for (const [messageId, change] of [
    [deleted, { type: 'delete' }],
    [edited, { type: 'edit', content: 'other' }],
  ] as const) {
    const input = { target: { roomId: 'plaza', messageId }, change };
    const value = log.change(input, 1);
    scrub.after([{ name: 'change', input, now: 1 }], [{ value }]);
  }
  expect([await has('marker-deleted'), await has('marker-edited')]).toEqual([true, true]);
  vi.runOnlyPendingTimers();
  vi.useRealTimers();
  expect([await has('marker-deleted'), await has('marker-edited'), await has('kept')]).toEqual([false, false, true]);
});

test('after a kill following a deletion, the text is removed at the next start', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-scrub-'));
  const [killed, found] = [join(folder.path, 'killed'), join(folder.path, 'found')];
  using raw = await openDatabase(join(killed, 'earshot.db'));
  migrate(raw, migrations);
  const log = roomLogWrites(raw);
  const { id } = log.append({ roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'marker-deleted' }, 0);
  log.change({ target: { roomId: 'plaza', messageId: id }, change: { type: 'delete' } }, 1);
  // The files as they are while the process runs, which is the state after a kill.
  await cp(killed, found, { recursive: true });
  expect(await isInFolder(found, 'marker-deleted')).toBe(true);
  const store = await openSqliteStore({ file: join(found, 'earshot.db'), log: createLogger('silent') });
  await expect.poll(() => isInFolder(found, 'marker-deleted'), { timeout: 5_000 }).toBe(false);
  await store.close();
});

test('a file from before text was overwritten is rewritten', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-scrub-'));
  const file = join(folder.path, 'earshot.db');
  const old = await openDatabase(file);
  migrate(old, migrations.slice(0, 2));
  old.exec('PRAGMA secure_delete = OFF');
  const content = 'marker-deleted '.repeat(1_000);
  const values = `'plaza', 1, 1, 'id', 'ana', 'Ana', '${content}', NULL, 0, NULL, 0, '[]'`;
  old.exec(`INSERT INTO messages VALUES (${values}); UPDATE messages SET content = '', deleted = 1`);
  old.close();
  expect(await isInFolder(folder.path, 'marker-deleted')).toBe(true);
  const store = await openSqliteStore({ file, log: createLogger('silent') });
  await store.close();
  expect(await isInFolder(folder.path, 'marker-deleted')).toBe(false);
});

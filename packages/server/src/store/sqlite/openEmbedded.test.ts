import { mkdir, mkdtempDisposable, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogger } from '../../observe/logger.ts';
import { openEmbeddedStore } from './openEmbedded.ts';

const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'earshot-embedded-'));
const open = (folder: string) => openEmbeddedStore(folder, createLogger('silent'));

test('a folder is created if it is missing, and is for one server at a time', async () => {
  await using parent = await temporaryFolder();
  const folder = join(parent.path, 'data');
  const store = await open(folder);
  const another = { code: 'STORE_UNAVAILABLE', cause: { message: 'another Earshot server is running on it' } };
  await expect(open(folder)).rejects.toMatchObject(another);
  await store.ping();
  await store.close();
  const next = await open(folder);
  await next.ping();
  await next.close();
});

test('a folder whose database can’t be opened is not locked', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'earshot.db'));
  for (let n = 0; n < 2; n += 1) {
    const error = await open(folder.path).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('earshot.db') });
  }
  await rmdir(join(folder.path, 'earshot.db'));
  await (await open(folder.path)).close();
});

test('a folder that can’t be locked for another reason is reported with that reason', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'server.lock'));
  const unopened = { code: 'STORE_UNAVAILABLE', cause: { code: 'ERR_SQLITE_ERROR' } };
  await expect(open(folder.path)).rejects.toMatchObject(unopened);
});

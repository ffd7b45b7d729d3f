import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openFrom, startWriter } from '../resources/storeProcess.ts';
import { ascending, type StoreSite, send, sqliteSite, upTo } from '../resources/stores.ts';

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });

function fileOf({ spec }: StoreSite): string {
  if (spec.kind !== 'sqlite') throw new TypeError('not a file');
  return spec.file;
}

describe('sqlite', () => {
  test('two processes make the file, and write to one room, at once', async () => {
    await using site = await sqliteSite();
    const orders = { spec: site.spec, roomId: 'plaza', count: 150 };
    await using one = startWriter({ ...orders, userId: 'one' });
    await using two = startWriter({ ...orders, userId: 'two' });
    await Promise.all([one.acknowledged.untilEnd(25_000), two.acknowledged.untilEnd(25_000)]);
    const seqs = [...one.acknowledged.all, ...two.acknowledged.all].map(({ seq }) => seq);
    expect(ascending(seqs)).toEqual(upTo(300));
  });

  test('while another holds the file, writes end as unavailable and reads go on', async () => {
    await using site = await sqliteSite();
    const store = await site.open();
    await send(store, 'plaza');
    using other = new DatabaseSync(fileOf(site));
    other.exec('BEGIN IMMEDIATE');
    const began = performance.now();
    const writes = Promise.allSettled([send(store, 'plaza'), send(store, 'park')]);
    expect((await writes).map((write) => write.status === 'rejected' && write.reason)).toEqual([
      unavailable,
      unavailable,
    ]);
    expect(performance.now() - began).toBeLessThan(5_000);
    await store.ping();
    expect(await store.heads(['plaza'])).toEqual(new Map([['plaza', 1]]));
    other.exec('ROLLBACK');
    expect(await send(store, 'plaza')).toMatchObject({ seq: 2 });
  });

  test('keeps everything in memory, if told so', async () => {
    const store = await openFrom({ kind: 'sqlite', file: ':memory:' });
    expect(await send(store, 'plaza')).toMatchObject({ seq: 1 });
    expect((await store.history('plaza', { limit: 5 })).messages).toHaveLength(1);
    await store.close();
  });

  test('writes ahead to a log, so that readers and the writer do not wait for each other', async () => {
    await using site = await sqliteSite();
    await send(await site.open(), 'plaza');
    using other = new DatabaseSync(fileOf(site), { readOnly: true });
    expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  });

  test('refuses a file made by a newer Earshot', async () => {
    await using site = await sqliteSite();
    await (await site.open()).close();
    using other = new DatabaseSync(fileOf(site));
    other.exec('PRAGMA user_version = 99');
    await expect(site.open()).rejects.toThrow('made by a newer Earshot');
  });

  test('names the file that it can not open', async () => {
    await using site = await sqliteSite();
    const file = fileOf(site);
    await mkdir(dirname(file));
    await writeFile(file, 'not a database, but long enough to be looked at as one'.repeat(100));
    await expect(site.open()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(file),
    });
    await expect(openFrom({ kind: 'sqlite', file: `${file}/deeper/earshot.db` })).rejects.toEqual(unavailable);
  });
});

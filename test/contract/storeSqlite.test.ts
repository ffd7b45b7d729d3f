import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { WriterThread } from '../../packages/server/src/store/sqlite/writerThread.ts';
import { openFrom, startWriter } from '../resources/storeProcess.ts';
import { ascending, headSeqs, type StoreSite, send, sqliteSite, upTo } from '../resources/stores.ts';

const run = promisify(execFile);
const storeProcess = new URL('../resources/storeProcess.ts', import.meta.url).href;

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });

function fileOf({ spec }: StoreSite): string {
  if (spec.kind !== 'sqlite') throw new TypeError('not a file');
  return spec.file;
}

describe('sqlite', () => {
  test('two processes create the file and write to one room at the same time', async () => {
    await using site = await sqliteSite();
    const orders = { spec: site.spec, roomId: 'plaza', count: 150 };
    await using one = startWriter({ ...orders, userId: 'one' });
    await using two = startWriter({ ...orders, userId: 'two' });
    await Promise.all([one.acknowledged.untilEnd(25_000), two.acknowledged.untilEnd(25_000)]);
    const seqs = [...one.acknowledged.all, ...two.acknowledged.all].map(({ seq }) => seq);
    expect(ascending(seqs)).toEqual(upTo(300));
  });

  test('while another process locks the file, writes fail as unavailable and reads succeed', async () => {
    await using site = await sqliteSite();
    const store = await site.open();
    await send(store, 'plaza');
    using other = new DatabaseSync(fileOf(site));
    other.exec('BEGIN IMMEDIATE');
    const startedAt = performance.now();
    const writes = Promise.allSettled([send(store, 'plaza'), send(store, 'park')]);
    expect((await writes).map((write) => write.status === 'rejected' && write.reason)).toEqual([
      unavailable,
      unavailable,
    ]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await expect(store.ping()).rejects.toEqual(unavailable);
    expect(await headSeqs(store, ['plaza'])).toEqual(new Map([['plaza', 1]]));
    other.exec('ROLLBACK');
    await store.ping();
    expect(await send(store, 'plaza')).toMatchObject({ seq: 2 });
  });

  test('while a write waits for the disk, other calls succeed', async () => {
    await using site = await sqliteSite();
    const store = await site.open();
    await send(store, 'plaza');
    using other = new DatabaseSync(fileOf(site));
    other.exec('BEGIN IMMEDIATE');
    using pendingWrites = vi.spyOn(WriterThread.prototype, 'commit');
    let isPending = true;
    const sent = send(store, 'plaza').finally(() => {
      isPending = false;
    });
    await vi.waitFor(() => expect(pendingWrites).toHaveBeenCalled());
    expect((await store.history('plaza', { limit: 5 })).messages).toHaveLength(1);
    expect(isPending).toBe(true);
    other.exec('ROLLBACK');
    expect(await sent).toMatchObject({ seq: 2 });
  });

  test('an acknowledged write is visible to reads, under any concurrency', async () => {
    await using site = await sqliteSite();
    const store = await site.open();
    const writeAndRead = async (number: number) => {
      const userId = `u${number}`;
      const roomId = `room-${number % 5}`;
      await store.namedRoom({ roomId, name: 'Room', cell: null, createdBy: userId });
      expect(await store.room(roomId)).toMatchObject({ id: roomId });
      await store.addMember(roomId, { userId, username: 'A writer' });
      expect(await store.isMember(roomId, userId)).toBe(true);
      for (let count = 0; count < 20; count += 1) {
        const { id, seq } = await send(store, roomId, { userId });
        expect((await headSeqs(store, [roomId])).get(roomId)).toBeGreaterThanOrEqual(seq);
        expect(await store.message({ roomId, messageId: id })).toMatchObject({ seq });
        const change = { type: 'edit', content: `edit ${count}` } as const;
        const { message } = await store.change({ roomId, messageId: id }, change);
        expect(await store.message({ roomId, messageId: id })).toEqual(message);
      }
      await store.removeMember(roomId, userId);
      expect(await store.isMember(roomId, userId)).toBe(false);
    };
    await Promise.all(upTo(50).map(writeAndRead));
  });

  test('an open store does not keep the process alive, and pending writes are stored before it exits', async () => {
    await using site = await sqliteSite();
    const program = `
      const { openFrom } = await import(${JSON.stringify(storeProcess)});
      const store = await openFrom(${JSON.stringify(site.spec)});
      void store.append({ roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'hello' });
    `;
    await run(process.execPath, ['--input-type=module', '--eval', program]);
    expect((await (await site.open()).history('plaza', { limit: 5 })).messages).toHaveLength(1);
  });

  test('uses a write-ahead log, so that readers and the writer do not wait for each other', async () => {
    await using site = await sqliteSite();
    await send(await site.open(), 'plaza');
    using other = new DatabaseSync(fileOf(site), { readOnly: true });
    expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  });

  test('rejects a file of a newer Earshot', async () => {
    await using site = await sqliteSite();
    await (await site.open()).close();
    using other = new DatabaseSync(fileOf(site));
    other.exec('PRAGMA user_version = 99');
    await expect(site.open()).rejects.toThrow('created by a newer Earshot');
  });

  test('names the file that it can’t open', async () => {
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

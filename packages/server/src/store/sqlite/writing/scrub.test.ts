import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { connect } from '../connection.ts';
import { migrate, migrations } from '../schema.ts';
import { roomLogWrites } from './roomLog.ts';
import { Scrub } from './scrub.ts';

test('text that was deleted or replaced is soon in no file of the folder', async () => {
  vi.useFakeTimers();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-scrub-'));
  using raw = await connect(join(folder.path, 'earshot.db'));
  migrate(raw, migrations);
  const log = roomLogWrites(raw);
  const scrub = new Scrub(raw);
  const has = async (marker: string) => {
    const files = await Promise.all((await readdir(folder.path)).map((name) => readFile(join(folder.path, name))));
    return files.some((bytes) => bytes.includes(marker));
  };
  const append = (content: string) => log.append({ roomId: 'plaza', userId: 'ana', username: 'Ana', content }, 0);
  // Long enough for pages of its own, which become free.
  const { id: deleted } = append('marker-deleted '.repeat(1_000)).message;
  const { id: edited } = append('marker-edited').message;
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

import { statSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../openDatabase.ts';
import { migrations } from '../schema.ts';
import { Committer } from './commit.ts';
import { allWrites } from './writes.ts';

test('a probe writes to the disk and changes nothing', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-probe-'));
  const file = join(folder.path, 'earshot.db');
  using raw = await openDatabase(file);
  migrate(raw, migrations);
  raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const committer = new Committer(raw, allWrites(raw));
  expect(statSync(`${file}-wal`).size).toBe(0);
  expect(committer.commit([{ name: 'probe', input: undefined, now: 0 }])).toEqual([{ value: undefined }]);
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length });
});

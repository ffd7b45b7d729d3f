import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openDatabase } from './openDatabase.ts';
import { rewriteIfPending } from './rewriteFile.ts';

const marker = 'marker-of-deleted-text '.repeat(1_000);

/** A database whose free pages contain deleted text, with the pending task. */
async function setUp() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'earshot-rewrite-')));
  const file = join(folder.path, 'earshot.db');
  const raw = stack.use(await openDatabase(file));
  raw.exec(`
    PRAGMA secure_delete = OFF; PRAGMA busy_timeout = 0;
    CREATE TABLE pending_tasks (task TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
    INSERT INTO pending_tasks VALUES ('rewrite file'), ('another task');
    CREATE TABLE texts (text); INSERT INTO texts VALUES ('${marker}'); DELETE FROM texts;
    PRAGMA wal_checkpoint(TRUNCATE)
  `);
  const logged: { level: number; file?: string; err?: object; msg: string }[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const held = stack.move();
  return {
    ...{ file, raw, logged },
    rewrite: (isNew = false) => rewriteIfPending(raw, { file, log, isNew }),
    hasMarker: async () => (await readFile(file)).includes('marker-of-deleted-text'),
    tasks: () =>
      raw
        .prepare('SELECT task FROM pending_tasks ORDER BY task')
        .all()
        .map(({ task }) => task),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

test('a file of an earlier version is rewritten once, without deleted text', async () => {
  await using bench = await setUp();
  expect(await bench.hasMarker()).toBe(true);
  bench.rewrite();
  expect(await bench.hasMarker()).toBe(false);
  expect(bench.tasks()).toEqual(['another task']);
  bench.rewrite();
  const { file } = bench;
  expect(bench.logged).toMatchObject([
    { level: 30, file, msg: expect.stringContaining('rewriting') },
    { level: 30, file, msg: expect.stringContaining('rewritten') },
  ]);
  expect(bench.raw.prepare('PRAGMA temp_store').get()).toEqual({ temp_store: 2 });
});

test('a new file is not rewritten', async () => {
  await using bench = await setUp();
  bench.rewrite(true);
  expect(await bench.hasMarker()).toBe(true);
  expect(bench.tasks()).toEqual(['another task']);
  expect(bench.logged).toEqual([]);
});

test('if another process reads the file, the task stays pending with a warning, and the next start does it', async () => {
  await using bench = await setUp();
  using reader = await openDatabase(bench.file);
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM texts').all();
  bench.rewrite();
  expect(bench.tasks()).toEqual(['another task', 'rewrite file']);
  expect(bench.logged).toMatchObject([
    { level: 30, file: bench.file },
    { level: 40, file: bench.file, err: {} },
  ]);
  expect(bench.raw.prepare('PRAGMA temp_store').get()).toEqual({ temp_store: 2 });
  reader.exec('COMMIT');
  bench.rewrite();
  expect(await bench.hasMarker()).toBe(false);
  expect(bench.tasks()).toEqual(['another task']);
});

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../openDatabase.ts';
import { migrations } from '../schema.ts';
import type { Outcome } from './commit.ts';
import { Scrub } from './scrub.ts';
import type { WriteCall } from './writeCalls.ts';

const target = { roomId: 'plaza', messageId: '0'.repeat(24) };
const change = (type: 'edit' | 'delete'): WriteCall => ({
  name: 'change',
  input: { target, change: type === 'edit' ? { type, content: 'other' } : { type } },
  now: 0,
});
const react: WriteCall = {
  name: 'change',
  input: { target, change: { type: 'react', userId: 'ana', emoji: '👍', on: true } },
  now: 0,
};
const append: WriteCall = {
  name: 'append',
  input: { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'hello' },
  now: 0,
};
const done: Outcome = { value: undefined };
const failed: Outcome = { failure: { code: 'MESSAGE_NOT_FOUND', message: '', cause: undefined } };

/** A scrub on fake time, and the number of attempts to truncate the log. */
async function setUp() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'earshot-scrub-')));
  const file = join(folder.path, 'earshot.db');
  const raw = stack.use(await openDatabase(file));
  migrate(raw, migrations);
  raw.exec('PRAGMA busy_timeout = 0');
  const prepare = stack.use(vi.spyOn(raw, 'prepare'));
  vi.useFakeTimers();
  stack.defer(() => void vi.useRealTimers());
  const attempts = () => prepare.mock.calls.filter(([sql]) => sql.includes('wal_checkpoint')).length;
  const copyLog = vi.fn<() => void>();
  const held = stack.move();
  return {
    file,
    raw,
    copyLog,
    scrub: new Scrub(raw, copyLog),
    attempts,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

test.each<[string, WriteCall[]]>([
  ['an edit', [change('edit')]],
  ['a deletion', [change('delete')]],
  ['one of several calls', [append, change('delete'), react]],
])('%s causes a truncation after 5 s', async (_case, batch) => {
  await using bench = await setUp();
  bench.scrub.after(
    batch,
    batch.map(() => done),
  );
  vi.advanceTimersByTime(4_000);
  bench.scrub.after(
    batch,
    batch.map(() => done),
  );
  vi.advanceTimersByTime(999);
  expect(bench.attempts()).toBe(0);
  vi.advanceTimersByTime(1);
  expect(bench.attempts()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('the log is copied all the time before the truncation, and its file becomes small', async () => {
  await using bench = await setUp();
  const limit = () => bench.raw.prepare('PRAGMA journal_size_limit').get()?.journal_size_limit;
  const usual = limit();
  bench.scrub.after([change('edit')], [done]);
  vi.advanceTimersByTime(4_999);
  expect([bench.copyLog.mock.calls.length, limit()]).toEqual([19, 4 * 1024 * 1024]);
  vi.advanceTimersByTime(1_001);
  expect([bench.attempts(), bench.copyLog.mock.calls.length, limit()]).toEqual([1, 19, usual]);
});

test('a truncation that a reader prevents hardly delays the next writes', async () => {
  await using bench = await setUp();
  using reader = await openDatabase(bench.file);
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM rooms').all();
  bench.raw.exec('PRAGMA busy_timeout = 2000');
  vi.useRealTimers();
  const startedAt = performance.now();
  bench.scrub.now();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  bench.scrub.close();
  expect(bench.raw.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 2_000 });
});

test.each<[string, WriteCall[], Outcome]>([
  ['a message and a reaction', [append, react], done],
  ['an edit that failed', [change('edit')], failed],
  ['no call', [], done],
])('%s causes none', async (_case, batch, outcome) => {
  await using bench = await setUp();
  bench.scrub.after(
    batch,
    batch.map(() => outcome),
  );
  expect(vi.getTimerCount()).toBe(0);
});

test('a truncation that a reader prevents is tried again every second', async () => {
  await using bench = await setUp();
  using reader = await openDatabase(bench.file);
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM rooms').all();
  bench.scrub.now();
  expect(bench.attempts()).toBe(1);
  vi.advanceTimersByTime(2_999);
  expect(bench.attempts()).toBe(3);
  reader.exec('COMMIT');
  vi.advanceTimersByTime(1);
  expect(bench.attempts()).toBe(4);
  expect(vi.getTimerCount()).toBe(0);
});

test('a truncation now replaces the one that is due', async () => {
  await using bench = await setUp();
  bench.scrub.after([change('edit')], [done]);
  bench.scrub.now();
  expect([bench.attempts(), vi.getTimerCount()]).toEqual([1, 0]);
});

test('at the end, a truncation that is due is done at once, and otherwise none', async () => {
  await using bench = await setUp();
  bench.scrub.close();
  expect(bench.attempts()).toBe(0);
  bench.scrub.after([change('edit')], [done]);
  bench.scrub.close();
  expect([bench.attempts(), vi.getTimerCount()]).toEqual([1, 0]);
});

test('at the end, a truncation that a reader prevents is given up', async () => {
  await using bench = await setUp();
  using reader = await openDatabase(bench.file);
  reader.exec('BEGIN');
  reader.prepare('SELECT * FROM rooms').all();
  bench.scrub.after([change('edit')], [done]);
  bench.scrub.close();
  expect([bench.attempts(), vi.getTimerCount()]).toEqual([1, 0]);
});

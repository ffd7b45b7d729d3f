import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { migrate } from './migrate.ts';
import { openDatabase } from './openDatabase.ts';
import { migrations } from './schema.ts';
import { Writer } from './writer.ts';
import { WriterThread } from './writerThread.ts';

/** Shorter than a writer waits for the lock of another connection, which simulates a stalled disk. */
const short = { batch: 100, ping: 10_000, close: 100 };

/** Longer than a writer waits for that lock, so calls fail with SQLite's error, even on a busy machine. */
const long = { batch: 60_000, write: 60_000, ping: 60_000, close: 60_000 };

async function openWriter(limits?: Partial<typeof long>) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'earshot-writer-')));
  const file = join(folder.path, 'earshot.db');
  migrate(stack.use(await openDatabase(file)), migrations);
  const threads: WriterThread[] = [];
  const start = () => {
    const thread = new WriterThread(file);
    threads.push(thread);
    return thread;
  };
  const writer = stack.adopt(new Writer({ start, clock: Date.now, ...(limits && { limits }) }), (one) => one.close());
  const other = stack.use(new DatabaseSync(file));
  const held = stack.move();
  return {
    file,
    writer,
    threads,
    /** Another connection. */
    other,
    send: async (content: string) => {
      const sent = { roomId: 'plaza', userId: 'ana', username: 'Ana', content };
      return (await writer.write('append', sent)).seq;
    },
    stored: () =>
      other
        .prepare('SELECT content FROM messages ORDER BY seq')
        .all()
        .map(({ content }) => content),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
const rejected = { status: 'rejected', reason: unavailable };

test('a thread that dies leaves no partial write, all waiting calls fail, and another thread replaces it', async () => {
  await using log = await openWriter();
  expect(await log.send('before')).toBe(1);
  log.other.exec('BEGIN IMMEDIATE');
  const inFlight = Promise.allSettled([log.send('in flight'), log.send('in flight, too')]);
  // The batch is sent in the next tick. Later calls wait behind it.
  await new Promise(setImmediate);
  const behind = Promise.allSettled([log.send('behind')]);
  const killed = log.threads[0]?.kill();
  log.other.exec('ROLLBACK');
  await killed;
  expect([...(await inFlight), ...(await behind)]).toEqual([rejected, rejected, rejected]);
  expect(log.stored()).toEqual(['before']);
  expect(await log.send('after')).toBe(2);
  expect(log.threads).toHaveLength(2);
});

test("if a thread can't start, waiting calls fail, and it is retried after a second", async () => {
  let now = 0;
  let started = 0;
  const start = () => {
    started += 1;
    return new WriterThread('/dev/null/earshot.db');
  };
  const lost = new Writer({ start, clock: Date.now, now: () => now, limits: long });
  const write = () => lost.write('removeMember', { roomId: 'plaza', userId: 'ana' });
  await expect(write()).rejects.toEqual(unavailable);
  await expect(write()).rejects.toEqual(unavailable);
  expect(started).toBe(1);
  now = 1_000;
  await expect(write()).rejects.toEqual(unavailable);
  expect(started).toBe(2);
  await lost.close();
});

test('closing writes accepted calls: the batch in progress, and those waiting behind it', async () => {
  await using log = await openWriter();
  log.other.exec('BEGIN IMMEDIATE');
  const first = log.send('in progress');
  await new Promise(setImmediate);
  const second = log.send('behind');
  const closed = log.writer.close();
  await expect(log.send('too late')).rejects.toEqual(unavailable);
  log.other.exec('ROLLBACK');
  expect(await Promise.all([first, second])).toEqual([1, 2]);
  await closed;
  expect(log.stored()).toEqual(['in progress', 'behind']);
  await log.writer.close();
});

test('a stuck batch blocks its callers no longer than the timeout, is reported by ping, and is written in order', async () => {
  await using log = await openWriter(short);
  await log.writer.ping();
  log.other.exec('BEGIN IMMEDIATE');
  await expect(log.send('in progress')).rejects.toEqual(unavailable);
  await expect(log.send('behind, or refused')).rejects.toEqual(unavailable);
  await expect(log.send('refused')).rejects.toEqual(unavailable); // the batch is older than the timeout now
  await expect(log.writer.ping()).rejects.toEqual(unavailable);
  log.other.exec('ROLLBACK');
  await vi.waitFor(() => log.writer.ping(), 10_000);
  await log.send('after');
  const stored = log.stored();
  expect([stored[0], stored.at(-1)]).toEqual(['in progress', 'after']);
  expect(stored).not.toContain('refused');
  expect(log.threads).toHaveLength(1);
});

test('messages from Node.js in watch mode are not treated as replies', async () => {
  vi.stubEnv('WATCH_REPORT_DEPENDENCIES', '1');
  await using log = await openWriter();
  vi.unstubAllEnvs();
  expect(await log.send('watched')).toBe(1);
});

test('ping rejects while writing is impossible', async () => {
  await using log = await openWriter(long);
  log.other.exec('BEGIN IMMEDIATE');
  await expect(log.send('locked out')).rejects.toEqual(unavailable);
  await expect(log.writer.ping()).rejects.toEqual(unavailable);
  log.other.exec('ROLLBACK');
  await log.writer.ping();
  expect(await log.send('let in')).toBe(1);
});

test("ping rejects while the thread can't start, and triggers another attempt", async () => {
  let now = 0;
  await using log = await openWriter();
  const files = ['/dev/null/earshot.db', log.file];
  const start = () => new WriterThread(files.shift() ?? '');
  const writer = new Writer({ start, clock: Date.now, now: () => now, limits: long });
  await expect(writer.ping()).rejects.toEqual(unavailable);
  await expect(writer.ping()).rejects.toEqual(unavailable);
  now = 1_000;
  await writer.ping();
  await writer.close();
  await expect(writer.ping()).rejects.toEqual(unavailable);
});

test('closing waits for a stuck batch no longer than the timeout, and nothing of it is written afterwards', async () => {
  await using log = await openWriter(short);
  await log.writer.ping();
  log.other.exec('BEGIN IMMEDIATE');
  const sent = Promise.allSettled([log.send('stuck')]);
  await log.writer.close();
  const [thread] = log.threads;
  expect(thread?.ended).toBe(false); // it still waits for the lock
  expect(await sent).toEqual([rejected]);
  log.other.exec('ROLLBACK');
  await thread?.close();
  expect(log.stored()).toEqual([]);
});

test('a thread that fails while it closes is closed', async () => {
  await new WriterThread('/dev/null/earshot.db').close();
});

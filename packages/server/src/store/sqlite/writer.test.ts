import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { connect } from './connection.ts';
import { migrate, migrations } from './schema.ts';
import { Writer } from './writer.ts';
import { WriterThread } from './writerThread.ts';

async function openWriter() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'earshot-writer-')));
  const file = join(folder.path, 'earshot.db');
  migrate(stack.use(await connect(file)), migrations);
  const threads: WriterThread[] = [];
  const start = () => {
    const thread = new WriterThread(file);
    threads.push(thread);
    return thread;
  };
  const writer = stack.adopt(new Writer({ start, clock: Date.now }), (one) => one.close());
  const other = stack.use(new DatabaseSync(file));
  const held = stack.move();
  return {
    writer,
    threads,
    /** A connection of somebody else. */
    other,
    send: async (content: string) => {
      const sent = { roomId: 'plaza', userId: 'ana', username: 'Ana', content };
      return (await writer.write('append', sent)).message.seq;
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

test('a thread that dies leaves nothing half done, fails all that waited, and another takes its place', async () => {
  await using log = await openWriter();
  expect(await log.send('before')).toBe(1);
  log.other.exec('BEGIN IMMEDIATE');
  const inFlight = Promise.allSettled([log.send('in flight'), log.send('in flight, too')]);
  // The batch leaves in the next turn; what comes after it waits behind it.
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

test('a thread that can not begin fails what waits for it, and is tried again after a second', async () => {
  let now = 0;
  let started = 0;
  const start = () => {
    started += 1;
    return new WriterThread('/dev/null/earshot.db');
  };
  const lost = new Writer({ start, clock: () => now });
  const write = () => lost.write('removeMember', { roomId: 'plaza', userId: 'ana' });
  await expect(write()).rejects.toEqual(unavailable);
  await expect(write()).rejects.toEqual(unavailable);
  expect(started).toBe(1);
  now = 1_000;
  await expect(write()).rejects.toEqual(unavailable);
  expect(started).toBe(2);
  await lost.close();
});

test('closing writes what was accepted: the batch under way, and what waits behind it', async () => {
  await using log = await openWriter();
  log.other.exec('BEGIN IMMEDIATE');
  const first = log.send('under way');
  await new Promise(setImmediate);
  const second = log.send('behind');
  const closed = log.writer.close();
  await expect(log.send('too late')).rejects.toEqual(unavailable);
  log.other.exec('ROLLBACK');
  expect(await Promise.all([first, second])).toEqual([1, 2]);
  await closed;
  expect(log.stored()).toEqual(['under way', 'behind']);
  await log.writer.close();
});

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { blockFor } from '../../async/testBlocking.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './openDatabase.ts';
import { migrations } from './schema.ts';
import { Writer } from './writer.ts';
import { WriterThread } from './writerThread.ts';

afterEach(() => void vi.useRealTimers());

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
const leave = (roomId: string) => ['removeMember', { roomId, userId: 'ana' }] as const;

/** A writer whose thread answers each batch after `batchMs`, of simulated time. */
function slowWriter(batchMs: number, limits: { waiting?: number; texts?: number } = {}) {
  vi.useFakeTimers();
  const batches: number[] = [];
  const thread = {
    ended: false,
    hasBegun: true,
    begun: Promise.resolve(),
    commit: async (batch: readonly unknown[]) => {
      batches.push(batch.length);
      await new Promise((resolve) => setTimeout(resolve, batchMs));
      return batch.map(() => ({ value: true }));
    },
    close: async () => {},
    kill: async () => {},
  };
  const writer = new Writer({
    start: () => thread,
    clock: Date.now,
    limits,
  });
  const outcomes: string[] = [];
  const send = (count: number) => {
    for (let call = 0; call < count; call += 1) {
      writer.write(...leave('plaza')).then(
        () => outcomes.push('written'),
        ({ code, cause }) => outcomes.push(`${code}: ${cause.message}`),
      );
    }
  };
  const tally = () =>
    Object.fromEntries(
      Array.from(
        Map.groupBy(outcomes, (outcome) => outcome),
        ([outcome, { length }]) => [outcome, length],
      ),
    );
  return { writer, batches, send, tally };
}

test('calls wait behind batches that are answered in time, longer than one batch may take', async () => {
  const { batches, send, tally } = slowWriter(4_000);
  send(1 + 6 * 512);
  await vi.advanceTimersByTimeAsync(4_100 * 7);
  expect(batches).toEqual([512, 512, 512, 512, 512, 512, 1]);
  expect(tally()).toEqual({ written: 1 + 6 * 512 });
});

test('no call waits longer than 30 s', async () => {
  const { send, tally } = slowWriter(4_000);
  send(9 * 512);
  await vi.advanceTimersByTimeAsync(30_001);
  expect(tally()).toEqual({ written: 7 * 512, 'STORE_UNAVAILABLE: no answer within 30000 ms': 2 * 512 });
});

test('a stuck batch is reported after 5 s, to those behind it too, and they are not written later', async () => {
  const { writer, batches, send, tally } = slowWriter(60_000);
  send(3 * 512);
  await vi.advanceTimersByTimeAsync(4_990);
  expect(tally()).toEqual({});
  await vi.advanceTimersByTimeAsync(20);
  expect(tally()).toEqual({ 'STORE_UNAVAILABLE: the writer thread does not respond': 3 * 512 });
  await expect(writer.write(...leave('park'))).rejects.toEqual(unavailable);
  await expect(writer.ping()).rejects.toEqual(unavailable);
  await vi.advanceTimersByTimeAsync(60_000);
  await writer.ping();
  expect(batches).toEqual([512]);
});

test('calls are rejected while the maximum number waits', async () => {
  const { send, tally } = slowWriter(1_000, { waiting: 1_000 });
  send(1_500);
  await vi.advanceTimersByTimeAsync(10);
  expect(tally()).toEqual({ 'STORE_UNAVAILABLE: too many writes wait for the disk': 500 });
  send(512);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(tally()).toEqual({ 'STORE_UNAVAILABLE: too many writes wait for the disk': 500, written: 1_512 });
});

test('calls are rejected while the maximum size of texts waits, those of the batch in progress included', async () => {
  const { writer, send, tally } = slowWriter(1_000, { texts: 20_000 });
  const message = { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'x'.repeat(9_000) };
  const first = writer.write('append', message);
  await vi.advanceTimersByTimeAsync(10);
  await expect(writer.write('append', message)).rejects.toEqual(unavailable);
  send(10);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(tally()).toEqual({ written: 10 });
  await first;
  const second = writer.write('append', message);
  await vi.advanceTimersByTimeAsync(2_000);
  await second;
});

test('accepted calls are written before the thread ends, also if a later one was refused', async () => {
  const { writer, send, batches } = slowWriter(1_000, { texts: 1_000 });
  send(1);
  await vi.advanceTimersByTimeAsync(10);
  send(1);
  const message = { roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'x'.repeat(9_000) };
  await expect(writer.write('append', message)).rejects.toEqual(unavailable);
  const closed = writer.close().then(() => batches.length);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await closed).toBe(2);
});

test('an event loop that was blocked for longer than the timeout does not count as a stuck disk', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-writer-'));
  const file = join(folder.path, 'earshot.db');
  const raw = await openDatabase(file);
  migrate(raw, migrations);
  raw.close();
  const limits = { batch: 400, ping: 10_000 }; // the thread starts late on a busy machine
  const writer = new Writer({ start: () => new WriterThread(file), clock: Date.now, limits });
  await writer.ping();
  const first = writer.write(...leave('plaza'));
  const second = new Promise<void>((resolve, reject) => {
    // The first batch is with the thread. Its answer waits to be read.
    setImmediate(() => {
      blockFor(800);
      writer.write(...leave('park')).then(() => resolve(), reject);
    });
  });
  await Promise.all([first, second]);
  await writer.close();
});

import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../openDatabase.ts';
import { type SerializedError, serializeError } from '../serializeError.ts';
import { Committer, type Outcome } from './commit.ts';
import { LogCopier } from './logCopier.ts';
import { Scrub } from './scrub.ts';
import type { WriteCall } from './writeCalls.ts';
import { allWrites } from './writes.ts';

// The writer thread. It holds the only write connection, processes one batch after another, and ends when it receives null.

/** Sent when the thread can write. */
export type Begun = 'begun';
/** The result of a batch: an outcome per call, or one failure for all. */
export type Reply = { outcomes: Outcome[]; failure?: never } | { failure: SerializedError };
/** Sent when the thread that copies the write-ahead log has failed. */
export type CopyFailure = { copyFailure: SerializedError };

const raw = await openDatabase(workerData.file);
const committer = new Committer(raw, allWrites(raw));

const copier = new LogCopier(workerData.file, {
  onFailed: (error) => parentPort?.postMessage({ copyFailure: serializeError(error) } satisfies CopyFailure),
});
const scrub = new Scrub(raw, () => copier.copy());

function reply(batch: readonly WriteCall[]): Reply {
  try {
    const outcomes = committer.commit(batch);
    scrub.after(batch, outcomes);
    return { outcomes };
  } catch (error) {
    return { failure: serializeError(error) };
  }
}

// A process that was killed may have left replaced text in the log.
scrub.now();
parentPort?.postMessage('begun' satisfies Begun);
parentPort?.on('message', (batch: readonly WriteCall[] | null) => {
  if (batch) return parentPort?.postMessage(reply(batch));
  void end();
});

async function end(): Promise<void> {
  await copier.close(); // it would prevent the truncation
  scrub.close();
  raw.close();
  parentPort?.close();
}

import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../openDatabase.ts';

// Copies the write-ahead log into the file while the writer thread writes, as far as it can without waiting for readers. It ends when it
// receives null.

/** Asks for a copy, or for the end of the thread. */
export type CopyRequest = 'copy' | null;
/** Sent after each copy, whether or not it worked. */
export type Copied = 'copied';

const raw = await openDatabase(workerData.file);
const copy = raw.prepare('PRAGMA wal_checkpoint(PASSIVE)');

parentPort?.on('message', (message: CopyRequest) => {
  if (message === null) {
    raw.close();
    return parentPort?.close();
  }
  try {
    copy.get();
  } catch {} // the truncation tries again, and reports whether it worked
  parentPort?.postMessage('copied' satisfies Copied);
});

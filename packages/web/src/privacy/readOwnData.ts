import { asEarshotError, type EarshotClient } from '@earshot/client';

interface ReadOptions {
  /** Called after each page, with the number of records so far. */
  onProgress: (count: number) => void;
  signal: AbortSignal;
}

/** The shortest pause before a refused page is requested again, in milliseconds. */
const pauseMs = 1_000;

/**
 * Everything that the server stores about the user, as a JSON file. Pages are kept as parts of the file, which the browser may move to the disk.
 * Waits while the server limits the calls. Rejects when the signal aborts.
 */
export async function readOwnData({ trpc }: EarshotClient, { onProgress, signal }: ReadOptions): Promise<Blob> {
  let file = new Blob(['[']);
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const { records, next } = await readPage(trpc, cursor, signal);
    const text = records.map((record) => `\n${JSON.stringify(record)}`).join(',');
    file = new Blob([file, count > 0 && text !== '' ? ',' : '', text]);
    count += records.length;
    onProgress(count);
    if (next === null) return new Blob([file, '\n]\n'], { type: 'application/json' });
    cursor = next;
  }
}

async function readPage(trpc: EarshotClient['trpc'], cursor: string | undefined, signal: AbortSignal) {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await trpc.me.export.query({ cursor }, { signal });
    } catch (cause) {
      const error = asEarshotError(cause);
      if (signal.aborted || error.code !== 'RATE_LIMITED') throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.max(pauseMs, error.retryAfterMs ?? 0)));
    }
  }
}

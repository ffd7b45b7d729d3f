import type { DatabaseSync } from 'node:sqlite';
import type { Outcome } from './commit.ts';
import type { WriteCall } from './writeCalls.ts';

/** Milliseconds from a change to the truncation of the write-ahead log, which covers all changes until then. */
const scrubAfterMs = 5_000;
/** Milliseconds until the next attempt if a reader or another process prevented it. */
const retryMs = 1_000;

/**
 * Truncates the write-ahead log some time after a message was edited, deleted or purged, a title replaced, or a user erased: until then, the log and the file contain the earlier text.
 * In the file it is overwritten (`secure_delete`).
 */
export class Scrub {
  readonly #raw: DatabaseSync;
  #timer: NodeJS.Timeout | undefined;

  constructor(raw: DatabaseSync) {
    this.#raw = raw;
  }

  /** Called after a batch was committed. */
  after(batch: readonly WriteCall[], outcomes: readonly Outcome[]): void {
    const scrubs = batch.some((call, index) => replacesText(call) && outcomes[index]?.failure === undefined);
    if (scrubs) this.#timer ??= setTimeout(() => this.now(), scrubAfterMs).unref();
  }

  /** Never throws: a failed truncation is retried. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = emptyLog(this.#raw) ? undefined : setTimeout(() => this.now(), retryMs).unref();
  }

  close(): void {
    if (this.#timer) this.now();
    clearTimeout(this.#timer);
  }
}

const replacesText = ({ name, input }: WriteCall): boolean =>
  name === 'purgeRemovedRooms' ||
  name === 'describe' ||
  name === 'forgetReports' ||
  name.startsWith('erase') ||
  name === 'finishErasure' ||
  (name === 'change' && input.change.type !== 'react');

/** Writes the write-ahead log into the file and truncates it. Returns whether it succeeded. */
export function emptyLog(raw: DatabaseSync): boolean {
  try {
    return raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
  } catch {
    return false;
  }
}

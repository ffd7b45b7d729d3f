import type { DatabaseSync } from 'node:sqlite';
import type { Call } from './calls.ts';
import type { Outcome } from './commit.ts';

/** Milliseconds from a change to the emptying of the write-ahead log, for all changes meanwhile together. */
const scrubAfterMs = 5_000;
/** Milliseconds until the next attempt where a reader, or another process, was in the way. */
const retryMs = 1_000;

/**
 * Empties the write-ahead log some time after a message was edited or deleted: until then, the log and the file hold the
 * earlier text. In the file it is overwritten (`secure_delete`).
 */
export class Scrub {
  readonly #raw: DatabaseSync;
  #timer: NodeJS.Timeout | undefined;

  constructor(raw: DatabaseSync) {
    this.#raw = raw;
  }

  /** A batch was committed. */
  after(batch: readonly Call[], outcomes: readonly Outcome[]): void {
    const scrubs = batch.some((call, index) => replacesText(call) && outcomes[index]?.failure === undefined);
    if (scrubs) this.#timer ??= setTimeout(() => this.now(), scrubAfterMs).unref();
  }

  /** Throws nothing: what could not be done is tried again. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = isEmptied(this.#raw) ? undefined : setTimeout(() => this.now(), retryMs).unref();
  }

  close(): void {
    if (this.#timer) this.now();
    clearTimeout(this.#timer);
  }
}

const replacesText = ({ name, input }: Call): boolean =>
  name === 'change' && (input.change.type === 'edit' || input.change.type === 'delete');

function isEmptied(raw: DatabaseSync): boolean {
  try {
    return raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
  } catch {
    return false;
  }
}

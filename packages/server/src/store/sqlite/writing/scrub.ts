import type { DatabaseSync } from 'node:sqlite';
import { busyTimeout, logSizeLimit } from '../openDatabase.ts';
import type { Outcome } from './commit.ts';
import type { WriteCall } from './writeCalls.ts';

/** Milliseconds from a change to the truncation of the write-ahead log, which covers all changes until then. */
const scrubAfterMs = 5_000;
/** Milliseconds between two copies of the log into the file until then. They leave little for the truncation, during which nothing is written. */
const copyMs = 250;
/** The size to which SQLite truncates a log that it begins anew after a copy: each time less, because a large file takes long to truncate. */
const sizeStep = 4 * 1024 * 1024;
/** Milliseconds until the next attempt if a reader or another process prevented it. */
const retryMs = 1_000;
/** Milliseconds that an attempt waits for readers and other processes. Writes wait with it. */
const waitMs = 5;

/**
 * Truncates the write-ahead log some seconds after text was replaced or deleted: a message edited, deleted or expired, a room purged, a title
 * replaced, or a user erased. Until then, the log contains the earlier text. In the file it is overwritten (`secure_delete`).
 */
export class Scrub {
  readonly #raw: DatabaseSync;
  readonly #copyLog: () => void;
  #timer: NodeJS.Timeout | undefined;
  #copies: NodeJS.Timeout | undefined;

  /** @param copyLog begins to copy the log into the file, on another thread. */
  constructor(raw: DatabaseSync, copyLog: () => void) {
    this.#raw = raw;
    this.#copyLog = copyLog;
  }

  /** Called after a batch was committed. */
  after(batch: readonly WriteCall[], outcomes: readonly Outcome[]): void {
    const scrubs = batch.some((call, index) => replacesText(call) && outcomes[index]?.failure === undefined);
    if (!scrubs || this.#timer) return;
    this.#timer = setTimeout(() => this.now(), scrubAfterMs).unref();
    let size = logSizeLimit;
    this.#copies = setInterval(() => {
      size = Math.max(sizeStep, size - sizeStep);
      this.#raw.exec(`PRAGMA journal_size_limit = ${size}`);
      this.#copyLog();
    }, copyMs).unref();
  }

  /** Never throws: a failed truncation is retried. */
  now(): void {
    this.#stop();
    this.#raw.exec(`PRAGMA busy_timeout = ${waitMs}`);
    const isEmpty = emptyLog(this.#raw);
    this.#raw.exec(`PRAGMA busy_timeout = ${busyTimeout}; PRAGMA journal_size_limit = ${logSizeLimit}`);
    this.#timer = isEmpty ? undefined : setTimeout(() => this.now(), retryMs).unref();
  }

  close(): void {
    if (this.#timer) emptyLog(this.#raw);
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#copies);
  }
}

const replacesText = ({ name, input }: WriteCall): boolean =>
  name === 'purgeRemovedRooms' ||
  name === 'deleteExpired' ||
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

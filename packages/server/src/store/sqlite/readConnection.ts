import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared';
import { storeError } from './storeError.ts';

/**
 * The read connection, on the calling thread: a page of history costs less than passing it between threads. The write-ahead log makes every
 * commit of the writer visible immediately, and neither blocks the other.
 */
export class ReadConnection {
  readonly raw: DatabaseSync;

  constructor(raw: DatabaseSync) {
    raw.exec('PRAGMA query_only = ON');
    this.raw = raw;
  }

  prepare(sql: string): StatementSync {
    return this.raw.prepare(sql);
  }

  /** Runs `work` immediately. Rejects with `STORE_UNAVAILABLE`. */
  async read<T>(work: () => T): Promise<T> {
    if (!this.raw.isOpen) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
    try {
      return work();
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Like `read`, with one snapshot of the data for all statements of `work`, whatever is written concurrently. */
  readInTransaction<T>(work: () => T): Promise<T> {
    return this.read(() => {
      this.raw.exec('BEGIN');
      try {
        return work();
      } finally {
        // SQLite may have ended the transaction by itself: a second rollback would hide the cause.
        if (this.raw.isTransaction) this.raw.exec('ROLLBACK');
      }
    });
  }

  close(): void {
    if (this.raw.isOpen) this.raw.close();
  }
}

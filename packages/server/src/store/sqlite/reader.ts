import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared';
import { storeError } from './storeError.ts';

/**
 * The connection that reads, on the thread that asks: a page of history costs less than the way to another thread. The
 * write-ahead log shows it every commit of the writer at once, and lets neither wait for the other.
 */
export class Reader {
  readonly raw: DatabaseSync;

  constructor(raw: DatabaseSync) {
    raw.exec('PRAGMA query_only = ON');
    this.raw = raw;
  }

  prepare(sql: string): StatementSync {
    return this.raw.prepare(sql);
  }

  /** Runs `work` at once. Rejects with `STORE_UNAVAILABLE`. */
  async read<T>(work: () => T): Promise<T> {
    if (!this.raw.isOpen) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
    try {
      return work();
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Like `read`, with one view of the data for all statements of `work`, whatever is written meanwhile. */
  readAtOnce<T>(work: () => T): Promise<T> {
    return this.read(() => {
      this.raw.exec('BEGIN');
      try {
        return work();
      } finally {
        // SQLite may have ended it by itself: to do so again would hide why.
        if (this.raw.isTransaction) this.raw.exec('ROLLBACK');
      }
    });
  }

  close(): void {
    if (this.raw.isOpen) this.raw.close();
  }
}

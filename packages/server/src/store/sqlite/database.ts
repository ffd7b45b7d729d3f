import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared';
import { type Entry, GroupCommit } from '../groupCommit.ts';
import { isBusy, storeError } from './storeError.ts';

/** A piece of work inside the transaction; it returns what is to happen once that is durable. */
type Job = () => () => void;

/** How long one process waits for the write lock of another, in milliseconds. All of this process waits with it. */
const busyTimeout = 2_000;
/** Turning on the write-ahead log does not wait for locks by itself. */
const openTimeout = 5_000;

/** One connection to the file: reads at once, writes by group commit. Both reject with `STORE_UNAVAILABLE`. */
export class Database {
  readonly raw: DatabaseSync;
  readonly #commits = new GroupCommit<Job, () => void>({
    write: (batch) => this.#commit(batch),
    largest: 512,
  });
  readonly #statements: Record<'begin' | 'commit' | 'rollback' | 'mark' | 'unmark' | 'back', StatementSync>;
  #closed: Promise<void> | undefined;

  constructor(raw: DatabaseSync) {
    this.raw = raw;
    this.#statements = {
      begin: raw.prepare('BEGIN IMMEDIATE'),
      commit: raw.prepare('COMMIT'),
      rollback: raw.prepare('ROLLBACK'),
      mark: raw.prepare('SAVEPOINT job'),
      unmark: raw.prepare('RELEASE job'),
      back: raw.prepare('ROLLBACK TO job'),
    };
  }

  /** Runs `work` at once. It sees what is committed, since write transactions begin and end within one turn. */
  async read<T>(work: () => T): Promise<T> {
    this.#refuseWhenClosed();
    try {
      return work();
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Like `read`, with one view of the data for all statements of `work`, whatever other processes write. */
  readAtOnce<T>(work: () => T): Promise<T> {
    return this.read(() => {
      this.raw.exec('BEGIN');
      try {
        return work();
      } finally {
        this.raw.exec('ROLLBACK');
      }
    });
  }

  /** Runs `job` in the next write transaction; resolves when it is durable. A job that throws leaves nothing behind. */
  async write<T>(job: () => T): Promise<T> {
    this.#refuseWhenClosed();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const deliverable = () => {
      const value = job();
      return () => resolve(value);
    };
    this.#commits.add(deliverable).then((deliver) => deliver(), reject);
    return promise;
  }

  close(): Promise<void> {
    // Batches keep their order: once this one is written, so is all that was accepted.
    this.#closed ??= this.#commits
      .add(() => () => {})
      .then(
        () => this.raw.close(),
        () => this.raw.close(),
      );
    return this.#closed;
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
  }

  #commit(batch: readonly Entry<Job, () => void>[]): void {
    const { begin, commit, rollback } = this.#statements;
    try {
      begin.run();
      const settle = batch.map((entry) => this.#runJob(entry));
      commit.run();
      for (const tell of settle) tell();
    } catch (error) {
      if (this.raw.isTransaction) rollback.run();
      throw storeError(error);
    }
  }

  #runJob(entry: Entry<Job, () => void>): () => void {
    const { mark, unmark, back } = this.#statements;
    mark.run();
    try {
      const deliver = entry.item();
      unmark.run();
      return () => entry.resolve(deliver);
    } catch (error) {
      // A full disk may end the whole transaction; a refusal ends this job alone.
      if (!this.raw.isTransaction) throw error;
      back.run();
      unmark.run();
      return () => entry.reject(storeError(error));
    }
  }
}

/** Opens the file, or `:memory:`, and makes its folder when that is missing: for this user alone, since places are in it. */
export async function openFile(file: string): Promise<DatabaseSync> {
  try {
    if (file !== ':memory:') await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, {
      timeout: busyTimeout,
      defensive: true,
      enableForeignKeyConstraints: true,
    });
    await turnOnWriteAheadLog(database);
    database.exec('PRAGMA synchronous = FULL');
    // Rooms lie apart in the file, so each commit touches many pages, and the next ones mostly the same: they are kept at
    // hand, and written back to the file from the log (32 MiB of it) seldom. Neither is about durability.
    database.exec('PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864');
    return database;
  } catch (error) {
    throw new EarshotError('STORE_UNAVAILABLE', { message: `The database ${file} can't be opened.`, cause: error });
  }
}

async function turnOnWriteAheadLog(database: DatabaseSync): Promise<void> {
  for (const deadline = performance.now() + openTimeout; ; await delay(20)) {
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
      if (mode !== 'wal' && mode !== 'memory') throw new Error('This file system does not bear a write-ahead log.');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
  }
}

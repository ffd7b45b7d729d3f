import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared/plain';
import { type SerializedError, serializeError } from '../serializeError.ts';
import { storeError } from '../storeError.ts';
import { perform, type WriteCall, type WriteCalls, type Writes } from './writeCalls.ts';

/** The frequent calls that check everything before their first change: one that is rejected has changed nothing. */
const plainCalls: ReadonlySet<keyof WriteCalls> = new Set([
  'append',
  'change',
  'addMember',
  'removeMember',
  'saveLocation',
]);

/** The outcome of a call. */
export type Outcome = { value: unknown; failure?: never } | { failure: SerializedError };

/** Writes batches of calls, each in one transaction: the calls share the cost of a flush to the disk. */
export class Committer {
  readonly #raw: DatabaseSync;
  readonly #writes: Writes;
  readonly #statements: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollbackTo', StatementSync>;

  constructor(raw: DatabaseSync, writes: Writes) {
    this.#raw = raw;
    this.#writes = writes;
    this.#statements = {
      begin: raw.prepare('BEGIN IMMEDIATE'),
      commit: raw.prepare('COMMIT'),
      rollback: raw.prepare('ROLLBACK'),
      savepoint: raw.prepare('SAVEPOINT call'),
      release: raw.prepare('RELEASE call'),
      rollbackTo: raw.prepare('ROLLBACK TO call'),
    };
  }

  /**
   * Returns when every call is durable. A call that throws is rolled back without affecting the others. Throws `STORE_UNAVAILABLE` when
   * none of the calls could be written.
   *
   * `postMessage` copies an array of `Array.from` faster than one of `map`, which V8 treats as sparse.
   */
  commit(batch: readonly WriteCall[]): Outcome[] {
    try {
      if (batch.length === 1) return this.#transact(batch, (call) => this.#performAlone(call));
      return this.#tryPlainCalls(batch) ?? this.#transact(batch, (call) => this.#perform(call));
    } catch (error) {
      throw storeError(error);
    }
  }

  /**
   * Writes the batch with no savepoint around plain calls: SQLite copies every page that is changed in one. Returns undefined if one of
   * them failed although it was not rejected, with nothing written.
   */
  #tryPlainCalls(batch: readonly WriteCall[]): Outcome[] | undefined {
    let hasFailed = false;
    const performOne = (call: WriteCall): Outcome => {
      if (!plainCalls.has(call.name)) return this.#perform(call);
      try {
        return { value: perform(this.#writes, call) };
      } catch (error) {
        if (error instanceof EarshotError) return { failure: serializeError(error) };
        hasFailed = true;
        throw error;
      }
    };
    try {
      return this.#transact(batch, performOne);
    } catch (error) {
      if (!hasFailed) throw error;
      return undefined;
    }
  }

  #transact(batch: readonly WriteCall[], performOne: (call: WriteCall) => Outcome): Outcome[] {
    const { begin, commit } = this.#statements;
    try {
      this.#rollBack(); // in case an earlier rollback failed
      begin.run();
      const outcomes = Array.from(batch, performOne);
      if (this.#raw.isTransaction) commit.run();
      return outcomes;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** An error of the rollback would hide the cause; the rollback is retried before the next batch. */
  #rollBack(): void {
    try {
      if (this.#raw.isTransaction) this.#statements.rollback.run();
    } catch {}
  }

  /** The only call of a transaction needs no savepoint: if it fails, the transaction ends. */
  #performAlone(call: WriteCall): Outcome {
    try {
      return { value: perform(this.#writes, call) };
    } catch (error) {
      if (!this.#raw.isTransaction) throw error;
      this.#statements.rollback.run();
      return { failure: serializeError(storeError(error)) };
    }
  }

  /** One of several calls: if it fails, only its own changes are rolled back. */
  #perform(call: WriteCall): Outcome {
    const { savepoint, release, rollbackTo } = this.#statements;
    savepoint.run();
    try {
      const value = perform(this.#writes, call);
      release.run();
      return { value };
    } catch (error) {
      // A full disk may end the whole transaction; a rejection ends only this call.
      if (!this.#raw.isTransaction) throw error;
      rollbackTo.run();
      release.run();
      return { failure: serializeError(storeError(error)) };
    }
  }
}

import { DatabaseSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared';
import { Committer, type Outcome } from '../../packages/server/src/store/sqlite/writing/commit.ts';
import { Scrub } from '../../packages/server/src/store/sqlite/writing/scrub.ts';
import type { WriteCall } from '../../packages/server/src/store/sqlite/writing/writeCalls.ts';
import { allWrites } from '../../packages/server/src/store/sqlite/writing/writes.ts';

/** Stands in for the writer thread of the SQLite store in mutation tests: it writes on the calling thread. */
export class WriterThread {
  readonly hasBegun = true;
  readonly begun = Promise.resolve();
  readonly #raw: DatabaseSync;
  readonly #committer: Committer;
  readonly #scrub: Scrub;

  constructor(file: string) {
    this.#raw = new DatabaseSync(file);
    this.#raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 2000');
    this.#committer = new Committer(this.#raw, allWrites(this.#raw));
    this.#scrub = new Scrub(this.#raw, () => {});
    this.#scrub.now();
  }

  get ended(): boolean {
    return !this.#raw.isOpen;
  }

  async commit(batch: readonly WriteCall[]): Promise<Outcome[]> {
    if (this.ended) throw new EarshotError('STORE_UNAVAILABLE');
    const calls = structuredClone(batch); // as between threads
    const outcomes = this.#committer.commit(calls);
    this.#scrub.after(calls, outcomes);
    return structuredClone(outcomes);
  }

  async close(): Promise<void> {
    this.#scrub.close();
    if (!this.ended) this.#raw.close();
  }

  kill(): Promise<void> {
    return this.close();
  }
}

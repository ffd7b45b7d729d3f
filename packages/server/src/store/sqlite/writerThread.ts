import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EarshotError } from '@earshot/shared';
import { unpacked } from './failure.ts';
import type { Call } from './writing/calls.ts';
import type { Outcome } from './writing/commit.ts';
import type { Begun, Reply } from './writing/thread.ts';

/** TypeScript in a checkout, JavaScript in the published package: as this file is. */
const entry = join(import.meta.dirname, 'writing', `thread${extname(import.meta.filename)}`);

/** What Node.js itself tells on the same way in watch mode (`node --watch`): the modules that the thread loaded. */
type FromNode = { 'watch:import': string[] } | { 'watch:require': string[] };

/** This side of the thread in `writing/`: hands it batches, one at a time. */
export class WriterThread {
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<Outcome[]> | undefined;
  readonly #begun = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  #problem: unknown;
  #hasBegun = false;
  #ended = false;

  /** @param file a database whose schema is there already. */
  constructor(file: string) {
    // Options of the program are for its own code; some of them, such as --input-type, would keep this thread from starting.
    this.#worker = new Worker(entry, { workerData: { file }, name: 'earshot-writer', execArgv: [] });
    this.#worker.on('message', (told: Begun | Reply | FromNode) => {
      if (told === 'begun') this.#begin();
      else if (!('watch:import' in told || 'watch:require' in told)) this.#settle(told);
    });
    this.#worker.on('error', (error) => {
      this.#problem = error;
    });
    this.#worker.on('exit', () => this.#end());
    this.#begun.promise.catch(() => {}); // most never ask
    this.#worker.unref(); // an idle store keeps no process from ending
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it was ever able to write. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Resolves once it can write. Rejects with `STORE_UNAVAILABLE` when it ends before. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Resolves when the batch is durable. Rejects with `STORE_UNAVAILABLE`, also when the thread ends meanwhile. */
  async commit(batch: readonly Call[]): Promise<Outcome[]> {
    if (this.#ended) throw this.#unavailable();
    this.#waiting = Promise.withResolvers();
    this.#worker.ref();
    this.#worker.postMessage(batch);
    return this.#waiting.promise;
  }

  /** Lets it end in good order, once it has written what it was handed. Resolves when it has ended, also by a failure. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#worker.ref();
    this.#worker.postMessage(null);
    await this.#exited.promise;
  }

  /** Ends it wherever it is; inside a call to the disk, once that returns. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#begun.resolve();
  }

  #settle(reply: Reply): void {
    this.#worker.unref();
    if (reply.failure) this.#waiting?.reject(unpacked(reply.failure));
    else this.#waiting?.resolve(reply.outcomes);
  }

  #end(): void {
    this.#ended = true;
    this.#begun.reject(this.#unavailable());
    this.#waiting?.reject(this.#unavailable());
    this.#exited.resolve();
  }

  #unavailable(): EarshotError {
    return new EarshotError('STORE_UNAVAILABLE', { cause: this.#problem ?? new Error('the writing thread ended') });
  }
}

import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EarshotError } from '@earshot/shared';
import { deserializeError } from './serializeError.ts';
import type { Outcome } from './writing/commit.ts';
import type { Begun, CopyFailure, Reply } from './writing/thread.ts';
import type { WriteCall } from './writing/writeCalls.ts';

/** TypeScript in a checkout, JavaScript in the published package, like this file. */
const entry = join(import.meta.dirname, 'writing', `thread${extname(import.meta.filename)}`);

/** Messages that Node.js itself sends on the same channel in watch mode (`node --watch`): the modules that the thread loaded. */
type FromNode = { 'watch:import': string[] } | { 'watch:require': string[] };

/** The main-thread side of the thread in `writing/`: sends it batches, one at a time. */
export class WriterThread {
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<Outcome[]> | undefined;
  readonly #begun = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  #problem: unknown;
  #hasBegun = false;
  #ended = false;

  /**
   * @param file a database whose schema exists already.
   * @param onCopyFailed called when the thread that copies the write-ahead log has failed. It is started again later.
   */
  constructor(file: string, onCopyFailed: (error: unknown) => void = () => {}) {
    // Options of the program apply to its own code; some of them, for example --input-type, would prevent this thread from starting.
    this.#worker = new Worker(entry, { workerData: { file }, name: 'earshot-writer', execArgv: [] });
    this.#worker.on('message', (message: Begun | Reply | CopyFailure | FromNode) => {
      if (message === 'begun') this.#begin();
      else if ('copyFailure' in message) onCopyFailed(deserializeError(message.copyFailure));
      else if (!('watch:import' in message || 'watch:require' in message)) this.#settle(message);
    });
    this.#worker.on('error', (error) => {
      this.#problem = error;
    });
    this.#worker.on('exit', () => this.#end());
    this.#begun.promise.catch(() => {}); // usually not awaited
    this.#worker.unref(); // an idle store does not keep the process alive
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the thread was ever able to write. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Resolves once the thread can write. Rejects with `STORE_UNAVAILABLE` if it ends before. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Resolves when the batch is durable. Rejects with `STORE_UNAVAILABLE`, also if the thread ends in the meantime. */
  async commit(batch: readonly WriteCall[]): Promise<Outcome[]> {
    if (this.#ended) throw this.#unavailable();
    this.#waiting = Promise.withResolvers();
    this.#worker.ref();
    this.#worker.postMessage(batch);
    return this.#waiting.promise;
  }

  /** Ends the thread after it has written the accepted batches. Resolves when it has ended, also after a failure. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#worker.ref();
    this.#worker.postMessage(null);
    await this.#exited.promise;
  }

  /** Terminates the thread immediately; if it is inside a disk call, once that returns. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#begun.resolve();
  }

  #settle(reply: Reply): void {
    this.#worker.unref();
    if (reply.failure) this.#waiting?.reject(deserializeError(reply.failure));
    else this.#waiting?.resolve(reply.outcomes);
  }

  #end(): void {
    this.#ended = true;
    this.#begun.reject(this.#unavailable());
    this.#waiting?.reject(this.#unavailable());
    this.#exited.resolve();
  }

  #unavailable(): EarshotError {
    return new EarshotError('STORE_UNAVAILABLE', { cause: this.#problem ?? new Error('the writer thread has exited') });
  }
}

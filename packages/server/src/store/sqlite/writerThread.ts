import { once } from 'node:events';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EarshotError } from '@earshot/shared';
import { unpacked } from './failure.ts';
import type { Call } from './writing/calls.ts';
import type { Outcome } from './writing/commit.ts';
import type { Reply } from './writing/thread.ts';

/** TypeScript in a checkout, JavaScript in the published package: as this file is. */
const entry = join(import.meta.dirname, 'writing', `thread${extname(import.meta.filename)}`);

/** This side of the thread in `writing/`: hands it batches, one at a time. */
export class WriterThread {
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<Outcome[]> | undefined;
  #problem: unknown;
  #ended = false;
  #hasWritten = false;

  /** @param file a database whose schema is there already. */
  constructor(file: string) {
    // Options of the program are for its own code; some of them, such as --input-type, would keep this thread from starting.
    this.#worker = new Worker(entry, { workerData: { file }, name: 'earshot-writer', execArgv: [] });
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => {
      this.#problem = error;
    });
    this.#worker.on('exit', () => this.#end());
    this.#worker.unref(); // an idle store keeps no process from ending
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it was ever able to. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** Resolves when the batch is durable. Rejects with `STORE_UNAVAILABLE`, also when the thread ends meanwhile. */
  async commit(batch: readonly Call[]): Promise<Outcome[]> {
    if (this.#ended) throw this.#unavailable();
    this.#waiting = Promise.withResolvers();
    this.#worker.ref();
    this.#worker.postMessage(batch);
    return this.#waiting.promise;
  }

  /** Lets it end in good order, once it has written what it was handed. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#worker.ref();
    this.#worker.postMessage(null);
    await once(this.#worker, 'exit');
  }

  /** Ends it wherever it is. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Reply): void {
    this.#worker.unref();
    this.#hasWritten = true;
    if (reply.failure) this.#waiting?.reject(unpacked(reply.failure));
    else this.#waiting?.resolve(reply.outcomes);
  }

  #end(): void {
    this.#ended = true;
    this.#waiting?.reject(this.#unavailable());
  }

  #unavailable(): EarshotError {
    return new EarshotError('STORE_UNAVAILABLE', { cause: this.#problem ?? new Error('the writing thread ended') });
  }
}

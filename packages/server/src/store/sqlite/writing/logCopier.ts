import { once } from 'node:events';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Copied, CopyRequest } from './copyThread.ts';

/** TypeScript in a checkout, JavaScript in the published package, like this file. */
const entry = join(import.meta.dirname, `copyThread${extname(import.meta.filename)}`);

/**
 * Copies the write-ahead log into the file on a thread of its own, which starts with the first copy. On the writer thread, a large log would
 * delay sends by tens of milliseconds. A thread that failed is not replaced: the truncation of the log then copies everything.
 */
export class LogCopier {
  readonly #file: string;
  #worker: Worker | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #isCopying = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Begins a copy, unless one is in progress. */
  copy(): void {
    if (this.#isCopying) return;
    this.#isCopying = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage('copy' satisfies CopyRequest);
  }

  /** Resolves once the copy in progress is done and the thread has ended. */
  async close(): Promise<void> {
    this.#worker?.postMessage(null satisfies CopyRequest);
    await this.#exited;
  }

  #start(): Worker {
    const worker = new Worker(entry, { workerData: { file: this.#file }, name: 'earshot-copier', execArgv: [] });
    worker.on('message', (message: Copied | object) => {
      if (message === 'copied') this.#isCopying = false; // Node.js itself sends objects in watch mode
    });
    this.#exited = once(worker, 'exit').catch(() => {});
    worker.unref();
    return worker;
  }
}

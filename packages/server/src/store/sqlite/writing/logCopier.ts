import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Copied, CopyRequest } from './copyThread.ts';

/** TypeScript in a checkout, JavaScript in the published package, like this file. */
const entry = join(import.meta.dirname, `copyThread${extname(import.meta.filename)}`);

/** Milliseconds from the failure of a thread to the start of another one. */
const pauseMs = 30_000;

interface LogCopierOptions {
  /** Called when the thread has ended by itself, with the reason. */
  onFailed: (error: unknown) => void;
  /** Returns milliseconds, like `performance.now()`. */
  now?: () => number;
}

/**
 * Copies the write-ahead log into the file on a thread of its own, which starts with the first copy. On the writer thread, a large log would
 * delay sends by tens of milliseconds. A thread that failed is replaced after a pause; until then, the truncation of the log copies everything.
 */
export class LogCopier {
  readonly #file: string;
  readonly #onFailed: LogCopierOptions['onFailed'];
  readonly #now: () => number;
  #worker: Worker | undefined;
  #exited: Promise<void> = Promise.resolve();
  #isCopying = false;
  #isClosed = false;
  /** When another thread may start. */
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(file: string, { onFailed, now = () => performance.now() }: LogCopierOptions) {
    this.#file = file;
    this.#onFailed = onFailed;
    this.#now = now;
  }

  /** Begins a copy, unless one is in progress, or the thread failed a moment ago. */
  copy(): void {
    if (this.#isCopying || this.#now() < this.#pausedUntil) return;
    this.#isCopying = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage('copy' satisfies CopyRequest);
  }

  /** Resolves once the copy in progress is done and the thread has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#worker?.postMessage(null satisfies CopyRequest);
    await this.#exited;
  }

  #start(): Worker {
    const worker = new Worker(entry, { workerData: { file: this.#file }, name: 'earshot-copier', execArgv: [] });
    const { promise: exited, resolve } = Promise.withResolvers<void>();
    this.#exited = exited;
    let problem: unknown;
    worker.on('message', (message: Copied | object) => {
      if (message === 'copied') this.#isCopying = false; // Node.js itself sends objects in watch mode
    });
    worker.on('error', (error) => {
      problem = error;
    });
    worker.on('exit', (code) => {
      resolve();
      if (!this.#isClosed) this.#onEnded(problem ?? new Error(`the thread has exited with code ${code}`));
    });
    worker.unref();
    return worker;
  }

  #onEnded(error: unknown): void {
    this.#worker = undefined;
    this.#isCopying = false;
    this.#pausedUntil = this.#now() + pauseMs;
    this.#onFailed(error);
  }
}

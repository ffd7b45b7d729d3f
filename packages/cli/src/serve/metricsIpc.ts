import type { Worker } from 'node:cluster';
import type { MetricsSnapshot } from '@earshot/server/observe';

/** The messages between the primary and a worker. */
export type IpcMessage =
  /** A worker is listening. */
  | { type: 'ready'; url: string }
  /** A worker failed to start. */
  | { type: 'failed'; reason: string }
  /** Requests metrics: the primary requests those of a worker, a worker those of all from the primary. */
  | { type: 'request'; id: number }
  | { type: 'response'; id: number; snapshots: MetricsSnapshot[] };

interface MetricsIpcOptions {
  /** Milliseconds to wait for an answer. */
  timeoutMs: number;
  answer: () => Promise<MetricsSnapshot[]>;
}

/** One end of the IPC channel between the primary and a worker: requests metrics from the other end, and answers its requests. */
export class MetricsIpc {
  readonly #worker: Worker;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, (snapshots: MetricsSnapshot[]) => void>();
  #lastId = 0;

  constructor(worker: Worker, { timeoutMs, answer }: MetricsIpcOptions) {
    this.#worker = worker;
    this.#timeoutMs = timeoutMs;
    worker.on('message', async (message: IpcMessage) => {
      if (message.type === 'response') this.#settle(message.id, message.snapshots);
      if (message.type === 'request')
        send(worker, { type: 'response', id: message.id, snapshots: await answer().catch(() => []) });
    });
  }

  /** Resolves to an empty list if the other end is gone or too busy: a scrape shows the available metrics. */
  request(): Promise<MetricsSnapshot[]> {
    const { promise, resolve } = Promise.withResolvers<MetricsSnapshot[]>();
    const id = this.#lastId++;
    this.#waiting.set(id, resolve);
    setTimeout(() => this.#settle(id, []), this.#timeoutMs).unref();
    if (!send(this.#worker, { type: 'request', id })) this.#settle(id, []);
    return promise;
  }

  #settle(id: number, snapshots: MetricsSnapshot[]): void {
    this.#waiting.get(id)?.(snapshots);
    this.#waiting.delete(id);
  }
}

/** Returns whether the channel is open. */
export function send(worker: Worker, message: IpcMessage): boolean {
  if (!worker.isConnected()) return false;
  worker.send(message, () => {}); // a closing channel needs no handling; without a callback the error would be uncaught
  return true;
}

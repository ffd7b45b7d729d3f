import type { Worker } from 'node:cluster';
import type { MetricsSnapshot } from '../../observe/metrics.ts';

/** What the primary and a worker say to each other. */
export type IpcMessage =
  /** A worker listens. */
  | { type: 'ready'; url: string }
  /** A worker can't start. */
  | { type: 'failed'; reason: string }
  /** Asks for metrics: the primary a worker for its own, a worker the primary for those of all. */
  | { type: 'ask'; id: number }
  | { type: 'answer'; id: number; snapshots: MetricsSnapshot[] };

interface MetricsIpcOptions {
  /** Milliseconds after which an answer is no longer waited for. */
  timeoutMs: number;
  answer: () => Promise<MetricsSnapshot[]>;
}

/** One end of the line between the primary and a worker: asks the other end for metrics, and answers when asked. */
export class MetricsIpc {
  readonly #worker: Worker;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, (snapshots: MetricsSnapshot[]) => void>();
  #lastId = 0;

  constructor(worker: Worker, { timeoutMs, answer }: MetricsIpcOptions) {
    this.#worker = worker;
    this.#timeoutMs = timeoutMs;
    worker.on('message', async (message: IpcMessage) => {
      if (message.type === 'answer') this.#settle(message.id, message.snapshots);
      if (message.type === 'ask')
        send(worker, { type: 'answer', id: message.id, snapshots: await answer().catch(() => []) });
    });
  }

  /** None when the other end has gone, or is too busy to answer: a scrape shows what can be had. */
  request(): Promise<MetricsSnapshot[]> {
    const { promise, resolve } = Promise.withResolvers<MetricsSnapshot[]>();
    const id = this.#lastId++;
    this.#waiting.set(id, resolve);
    setTimeout(() => this.#settle(id, []), this.#timeoutMs).unref();
    if (!send(this.#worker, { type: 'ask', id })) this.#settle(id, []);
    return promise;
  }

  #settle(id: number, snapshots: MetricsSnapshot[]): void {
    this.#waiting.get(id)?.(snapshots);
    this.#waiting.delete(id);
  }
}

/** Tells whether there was somebody to say it to. */
export function send(worker: Worker, message: IpcMessage): boolean {
  if (!worker.isConnected()) return false;
  worker.send(message, () => {}); // who ended in this moment needs no answer; without a callback it would be an uncaught error
  return true;
}

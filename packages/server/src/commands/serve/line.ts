import type { Worker } from 'node:cluster';
import type { MetricsSnapshot } from '../../observe/metrics.ts';

/** What the primary and a worker say to each other. */
export type Word =
  /** A worker listens. */
  | { type: 'ready'; url: string }
  /** A worker can't start. */
  | { type: 'failed'; reason: string }
  /** Asks for metrics: the primary a worker for its own, a worker the primary for those of all. */
  | { type: 'ask'; id: number }
  | { type: 'answer'; id: number; snapshots: MetricsSnapshot[] };

interface LineOptions {
  /** Milliseconds after which an answer is no longer waited for. */
  patienceMs: number;
  answer: () => Promise<MetricsSnapshot[]>;
}

/** One end of the line between the primary and a worker: asks the other end for metrics, and answers when asked. */
export class MetricsLine {
  readonly #worker: Worker;
  readonly #patienceMs: number;
  readonly #waiting = new Map<number, (snapshots: MetricsSnapshot[]) => void>();
  #asked = 0;

  constructor(worker: Worker, { patienceMs, answer }: LineOptions) {
    this.#worker = worker;
    this.#patienceMs = patienceMs;
    worker.on('message', async (word: Word) => {
      if (word.type === 'answer') this.#settle(word.id, word.snapshots);
      if (word.type === 'ask') say(worker, { type: 'answer', id: word.id, snapshots: await answer().catch(() => []) });
    });
  }

  /** None when the other end has gone, or is too busy to answer: a scrape shows what can be had. */
  ask(): Promise<MetricsSnapshot[]> {
    const { promise, resolve } = Promise.withResolvers<MetricsSnapshot[]>();
    const id = this.#asked++;
    this.#waiting.set(id, resolve);
    setTimeout(() => this.#settle(id, []), this.#patienceMs).unref();
    if (!say(this.#worker, { type: 'ask', id })) this.#settle(id, []);
    return promise;
  }

  #settle(id: number, snapshots: MetricsSnapshot[]): void {
    this.#waiting.get(id)?.(snapshots);
    this.#waiting.delete(id);
  }
}

/** Tells whether there was somebody to say it to. */
export function say(worker: Worker, word: Word): boolean {
  if (!worker.isConnected()) return false;
  worker.send(word, () => {}); // who ended in this moment needs no answer; without a callback it would be an uncaught error
  return true;
}

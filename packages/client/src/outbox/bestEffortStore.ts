import { unrefTimer } from '../lib/timers.ts';
import type { OutboxStore, StoredMessage } from './outboxStore.ts';

/** The time limit for a store call, in milliseconds. A healthy store needs a few. */
const timeoutMs = 2_000;

type Adopt = (messages: readonly StoredMessage[]) => void;

/** A best-effort store that never blocks sending: failures are logged, and slow calls are no longer waited for. */
export class BestEffortStore {
  readonly #store: OutboxStore;
  readonly #log: (line: string) => void;
  /** The number of overdue calls. While there is one, no other call is waited for. */
  #overdue = 0;

  constructor(store: OutboxStore, log: (line: string) => void = () => {}) {
    this.#store = store;
    this.#log = log;
  }

  /** Resolves when the stored messages were passed to `adopt`, or after the time limit. Late messages are passed to it when they arrive. */
  load(sender: string, adopt: Adopt): Promise<void> {
    return this.#try('loading', async () => adopt(await this.#store.load(sender, adopt)));
  }

  put(message: StoredMessage): Promise<void> {
    return this.#try('storing a message', () => this.#store.put(message));
  }

  remove(clientMessageId: string): Promise<void> {
    return this.#try('removing a message', () => this.#store.remove(clientMessageId));
  }

  close(): Promise<void> {
    return this.#try('closing', async () => this.#store.close?.());
  }

  /** Never rejects. */
  #try(operation: string, work: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      if (this.#overdue > 0) resolve();
      let isOverdue = false;
      const timer = setTimeout(() => {
        isOverdue = true;
        this.#overdue += 1;
        this.#log(`outbox store: ${operation} timed out (continuing in memory)`);
        resolve();
      }, timeoutMs);
      unrefTimer(timer);
      // An async function, because a store may throw as well as reject.
      (async () => work())()
        .catch((error: unknown) => this.#log(`outbox store: ${operation} failed: ${String(error)}`))
        .finally(() => {
          clearTimeout(timer);
          if (isOverdue) this.#overdue -= 1;
          resolve();
        });
    });
  }
}

import type { OutboxStore, StoredMessage } from './outboxStore.ts';
import { unrefTimer } from './timers.ts';

/** How long a store may keep messages from going out, in milliseconds. A healthy one takes a few. */
const patienceMs = 2_000;

type Adopt = (messages: readonly StoredMessage[]) => void;

/** A store that can't get in the way of chatting: what fails is logged, what takes too long is no longer waited for. */
export class PatientStore {
  readonly #store: OutboxStore;
  readonly #log: (line: string) => void;
  /** How many calls are past their time. While there is one, no other is waited for. */
  #overdue = 0;

  constructor(store: OutboxStore, log: (line: string) => void = () => {}) {
    this.#store = store;
    this.#log = log;
  }

  /** Resolves when what was left has been given to `adopt`. What comes too late to be waited for is given to it then. */
  load(sender: string, adopt: Adopt): Promise<void> {
    return this.#try('loading', async () => adopt(await this.#store.load(sender, adopt)));
  }

  put(message: StoredMessage): Promise<void> {
    return this.#try('keeping a message', () => this.#store.put(message));
  }

  remove(clientMessageId: string): Promise<void> {
    return this.#try('removing a message', () => this.#store.remove(clientMessageId));
  }

  close(): Promise<void> {
    return this.#try('closing', async () => this.#store.close?.());
  }

  /** Never rejects. */
  #try(doing: string, work: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      if (this.#overdue > 0) resolve();
      let isLate = false;
      const late = setTimeout(() => {
        isLate = true;
        this.#overdue += 1;
        this.#log(`outbox store: ${doing} takes long; going on in memory`);
        resolve();
      }, patienceMs);
      unrefTimer(late);
      // Called in a function of its own, because a store may throw as well as reject.
      (async () => work())()
        .catch((error: unknown) => this.#log(`outbox store: ${doing} failed: ${String(error)}`))
        .finally(() => {
          clearTimeout(late);
          if (isLate) this.#overdue -= 1;
          resolve();
        });
    });
  }
}

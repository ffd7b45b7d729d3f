import { EarshotError } from '@earshot/shared';
import { type Entry, GroupCommit } from '../groupCommit.ts';
import { unpacked } from './failure.ts';
import type { WriterThread } from './writerThread.ts';
import type { Call, Calls } from './writing/calls.ts';

interface WriterOptions {
  /** Starts a thread that writes: the first at once, another when one has died. */
  start: () => WriterThread;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/**
 * All writes of this store, by group commit: while the thread writes one batch, the next one gathers here. Only one
 * connection ever writes, so that no two of one process wait for each other's lock.
 */
export class Writer {
  readonly #start: () => WriterThread;
  readonly #clock: () => number;
  readonly #commits = new GroupCommit<Call, unknown>({ write: (batch) => this.#commit(batch), largest: 512 });
  #thread: WriterThread;
  #startedAt: number;
  /** The newest write, whatever comes of it. Batches keep their order: once it is settled, so is every one before it. */
  #newest: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor({ start, clock }: WriterOptions) {
    this.#start = start;
    this.#clock = clock;
    this.#thread = start();
    this.#startedAt = clock();
  }

  /** Resolves when the change is durable; rejects with what the call throws, or `STORE_UNAVAILABLE`. */
  async write<Name extends keyof Calls>(name: Name, input: Calls[Name]['input']): Promise<Calls[Name]['output']> {
    if (this.#closed) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
    // TypeScript does not see that a name and the input of that name make one of the calls, nor that a batch is answered
    // in its own order, each call by the function of its name.
    const written = this.#commits.add({ name, input, now: this.#clock() } as Call);
    this.#newest = written.catch(() => {});
    return written as Promise<Calls[Name]['output']>;
  }

  /** Writes what was accepted, then ends the thread. */
  close(): Promise<void> {
    this.#closed ??= this.#newest.then(() => this.#thread.close());
    return this.#closed;
  }

  async #commit(batch: readonly Entry<Call, unknown>[]): Promise<void> {
    this.#replaceDead();
    const outcomes = await this.#thread.commit(batch.map(({ item }) => item));
    for (const [index, entry] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) return;
      if (outcome.failure) entry.reject(unpacked(outcome.failure));
      else entry.resolve(outcome.value);
    }
  }

  /** One that could not even begin would not now: to start a thread for each write costs far more than the write. */
  #replaceDead(): void {
    const { ended, hasWritten } = this.#thread;
    const now = this.#clock();
    if (!ended || !(hasWritten || now - this.#startedAt >= retryMs)) return;
    this.#thread = this.#start();
    this.#startedAt = now;
  }
}

/** Milliseconds from one thread that could not begin to the next attempt. */
const retryMs = 1_000;

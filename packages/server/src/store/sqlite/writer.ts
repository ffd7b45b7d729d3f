import { EarshotError } from '@earshot/shared';
import { type Entry, GroupCommit } from '../groupCommit.ts';
import { callTimeout, inTime, unavailable } from '../inTime.ts';
import { unpacked } from './failure.ts';
import type { WriterThread } from './writerThread.ts';
import type { Call, Calls } from './writing/calls.ts';
import type { Outcome } from './writing/commit.ts';

interface WriterOptions {
  /** Starts a thread that writes: the first at once, another when one has died. */
  start: () => WriterThread;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Measures spans, as `performance.now()` does. */
  now?: () => number;
  limits?: WriterLimits;
}

/** In milliseconds. */
interface WriterLimits {
  /** How long a caller waits for a write. */
  write: number;
  /** How long one waits to hear that the thread can write. */
  ping: number;
  /** How long the thread may take for its last writes: one wait for the lock of another process, and a bit. */
  close: number;
}

const defaultLimits: WriterLimits = { write: callTimeout, ping: 1_900, close: 2_500 };

/**
 * All writes of this store, by group commit: while the thread writes one batch, the next one gathers here. Only one
 * connection ever writes, so that no two of one process wait for each other's lock.
 *
 * A disk may stand still for long. Callers then wait no longer than the limit, but the batch under way goes on, since
 * nothing can take it back, and nothing overtakes it.
 */
export class Writer {
  readonly #start: () => WriterThread;
  readonly #clock: () => number;
  readonly #now: () => number;
  readonly #limits: WriterLimits;
  readonly #commits = new GroupCommit<Call, unknown>({ write: (batch) => this.#commit(batch), largest: 512 });
  #thread: WriterThread;
  #startedAt: number;
  /** When the batch under way began, by `performance.now()`. */
  #batchBegan: number | undefined;
  /** The newest write, whatever comes of it. Batches keep their order: once it is settled, so is every one before it. */
  #newest: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;
  /** The last batch could not be written, or not all of it. */
  #isFailing = false;

  constructor({ start, clock, now = () => performance.now(), limits = defaultLimits }: WriterOptions) {
    this.#start = start;
    this.#clock = clock;
    this.#now = now;
    this.#limits = limits;
    this.#thread = start();
    this.#startedAt = now();
  }

  /** Resolves when the change is durable; rejects with what the call throws, or `STORE_UNAVAILABLE`. */
  async write<Name extends keyof Calls>(name: Name, input: Calls[Name]['input']): Promise<Calls[Name]['output']> {
    this.#refuseIfStuck();
    // TypeScript does not see that a name and the input of that name make one of the calls, nor that a batch is answered
    // in its own order, each call by the function of its name.
    const written = this.#commits.add({ name, input, now: this.#clock() } as Call);
    this.#newest = written.catch(() => {});
    return inTime(written as Promise<Calls[Name]['output']>, this.#limits.write);
  }

  /**
   * Resolves when the thread can write; rejects with `STORE_UNAVAILABLE` when it can't, is stuck in a batch, or has no
   * room on the disk. It writes something for that only where the last batch failed.
   */
  async ping(): Promise<void> {
    this.#refuseIfStuck();
    this.#replaceDead();
    await inTime(this.#isFailing ? this.write('probe', undefined) : this.#thread.begun, this.#limits.ping);
  }

  /** Writes what was accepted, then ends the thread; in any case when the time for that is over. */
  close(): Promise<void> {
    const ended = () => this.#newest.then(() => this.#thread.close());
    // The end of a thread that is killed is not waited for: a disk that stands still holds that up, too.
    this.#closed ??= inTime(ended(), this.#limits.close).catch(() => void this.#thread.kill());
    return this.#closed;
  }

  /** What is accepted behind a batch that is stuck would only pile up. */
  #refuseIfStuck(): void {
    if (this.#closed) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
    if (this.#batchBegan !== undefined && performance.now() - this.#batchBegan > this.#limits.write) {
      throw unavailable('the writing thread is stuck');
    }
  }

  async #commit(batch: readonly Entry<Call, unknown>[]): Promise<void> {
    this.#replaceDead();
    this.#batchBegan = performance.now();
    let outcomes: Outcome[];
    try {
      outcomes = await this.#thread.commit(batch.map(({ item }) => item));
    } catch (error) {
      this.#isFailing = true;
      throw error;
    } finally {
      this.#batchBegan = undefined;
    }
    this.#isFailing = outcomes.some(({ failure }) => failure?.code === 'STORE_UNAVAILABLE');
    for (const [index, entry] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) return;
      if (outcome.failure) entry.reject(unpacked(outcome.failure));
      else entry.resolve(outcome.value);
    }
  }

  /** One that could not even begin would not now: to start a thread for each write costs far more than the write. */
  #replaceDead(): void {
    const { ended, hasBegun } = this.#thread;
    const now = this.#now();
    if (!ended || !(hasBegun || now - this.#startedAt >= retryMs)) return;
    this.#thread = this.#start();
    this.#startedAt = now;
  }
}

/** Milliseconds from one thread that could not begin to the next attempt. */
const retryMs = 1_000;

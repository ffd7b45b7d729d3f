import { EarshotError } from '@earshot/shared';
import { type CommitEntry, GroupCommit } from '../../async/groupCommit.ts';
import { callTimeout, storeUnavailable, withCallTimeout } from '../callTimeout.ts';
import { deserializeError } from './serializeError.ts';
import type { WriterThread } from './writerThread.ts';
import type { Outcome } from './writing/commit.ts';
import type { WriteCall, WriteCalls } from './writing/writeCalls.ts';

interface WriterOptions {
  /** Starts a writer thread: the first immediately, another when one has died. */
  start: () => WriterThread;
  /** Returns milliseconds since 1970. */
  clock: () => number;
  /** A monotonic clock, like `performance.now()`. */
  now?: () => number;
  limits?: WriterLimits;
}

/** In milliseconds. */
interface WriterLimits {
  /** Timeout of a write for its caller. */
  write: number;
  /** Timeout of a ping. */
  ping: number;
  /** Time for the thread's last writes: one wait for the lock of another process, and a margin. */
  close: number;
}

const defaultLimits: WriterLimits = { write: callTimeout, ping: 1_600, close: 2_500 };

/**
 * All writes of this store, by group commit: while the thread writes one batch, the next one accumulates here. Only one connection ever
 * writes, so that writes of one process never wait for each other's lock.
 *
 * A disk may stall for long. Callers then wait no longer than the timeout, but the batch in progress continues, because nothing can cancel
 * it, and no later batch overtakes it.
 */
export class Writer {
  readonly #start: () => WriterThread;
  readonly #clock: () => number;
  readonly #now: () => number;
  readonly #limits: WriterLimits;
  readonly #commits = new GroupCommit<WriteCall, unknown>({ write: (batch) => this.#commit(batch), maxBatch: 512 });
  #thread: WriterThread;
  #startedAt: number;
  /** When the batch in progress started, from `performance.now()`. */
  #batchBegan: number | undefined;
  /** The newest write, whatever its outcome. Batches keep their order: once it has settled, every earlier one has too. */
  #newest: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;
  /** Whether the last batch could not be written, or not completely. */
  #isFailing = false;

  constructor({ start, clock, now = () => performance.now(), limits = defaultLimits }: WriterOptions) {
    this.#start = start;
    this.#clock = clock;
    this.#now = now;
    this.#limits = limits;
    this.#thread = start();
    this.#startedAt = now();
  }

  /** Resolves when the change is durable; rejects with the error of the call, or `STORE_UNAVAILABLE`. */
  async write<Name extends keyof WriteCalls>(
    name: Name,
    input: WriteCalls[Name]['input'],
  ): Promise<WriteCalls[Name]['output']> {
    this.#refuseIfStuck();
    // TypeScript can't express that a name and its input form one of the calls, nor that a batch is answered in its own order, each call by
    // the function of its name.
    const written = this.#commits.add({ name, input, now: this.#clock() } as WriteCall);
    this.#newest = written.catch(() => {});
    return withCallTimeout(written as Promise<WriteCalls[Name]['output']>, this.#limits.write);
  }

  /**
   * Resolves when the thread can write; rejects with `STORE_UNAVAILABLE` if it can't, is stuck in a batch, or has no disk space. It only
   * writes for this if the last batch failed.
   */
  async ping(): Promise<void> {
    this.#refuseIfStuck();
    this.#replaceDead();
    await withCallTimeout(this.#isFailing ? this.write('probe', undefined) : this.#thread.begun, this.#limits.ping);
  }

  /** Writes accepted calls, then ends the thread; kills it after the timeout. */
  close(): Promise<void> {
    const ended = () => this.#newest.then(() => this.#thread.close());
    // The exit of a killed thread is not awaited: a stalled disk delays it, too.
    this.#closed ??= withCallTimeout(ended(), this.#limits.close).catch(() => void this.#thread.kill());
    return this.#closed;
  }

  /** Calls accepted behind a stuck batch would only accumulate. */
  #refuseIfStuck(): void {
    if (this.#closed) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
    if (this.#batchBegan !== undefined && performance.now() - this.#batchBegan > this.#limits.write) {
      throw storeUnavailable('the writer thread does not respond');
    }
  }

  async #commit(batch: readonly CommitEntry<WriteCall, unknown>[]): Promise<void> {
    this.#replaceDead();
    this.#batchBegan = performance.now();
    let outcomes: Outcome[];
    try {
      // `postMessage` copies an array of `Array.from` faster than one of `map`, which V8 treats as sparse.
      outcomes = await this.#thread.commit(Array.from(batch, ({ item }) => item));
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
      if (outcome.failure) entry.reject(deserializeError(outcome.failure));
      else entry.resolve(outcome.value);
    }
  }

  /**
   * Replaces a dead thread, at most once per `retryMs` if it could not start: starting a thread for each write costs far more than the
   * write.
   */
  #replaceDead(): void {
    const { ended, hasBegun } = this.#thread;
    const now = this.#now();
    if (!ended || !(hasBegun || now - this.#startedAt >= retryMs)) return;
    this.#thread = this.#start();
    this.#startedAt = now;
  }
}

/** Milliseconds between attempts after a thread that could not start. */
const retryMs = 1_000;

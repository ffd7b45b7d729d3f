import { EarshotError } from '@earshot/shared';
import { type CommitEntry, GroupCommit } from '../../async/groupCommit.ts';
import { setUnblockedTimeout } from '../../async/unblockedTimeout.ts';
import { callTimeout, queuedCallTimeout, storeUnavailable, waitingCallsMax, withCallTimeout } from '../callTimeout.ts';
import { WaitingTexts, waitingTextsMax } from '../waitingTexts.ts';
import { deserializeError } from './serializeError.ts';
import type { WriterThread } from './writerThread.ts';
import type { Outcome } from './writing/commit.ts';
import type { WriteCall, WriteCalls } from './writing/writeCalls.ts';

type Thread = Pick<WriterThread, 'ended' | 'hasBegun' | 'begun' | 'commit' | 'close' | 'kill'>;

interface WriterOptions {
  /** Starts a writer thread: the first immediately, another when one has died. */
  start: () => Thread;
  /** Returns milliseconds since 1970. */
  clock: () => number;
  /** A monotonic clock, like `performance.now()`. */
  now?: () => number;
  limits?: Partial<WriterLimits>;
}

/** Times are in milliseconds. */
interface WriterLimits {
  /** Timeout of a batch: without an answer to it, the thread is stuck. */
  batch: number;
  /** Timeout of a write for its caller, behind batches that are answered in time. */
  write: number;
  /** Maximum number of calls that wait behind the batch in progress. */
  waiting: number;
  /** Maximum bytes of the texts of all calls. */
  texts: number;
  /** Timeout of a ping. */
  ping: number;
  /** Time for the thread's last writes: one wait for the lock of another process, and a margin. */
  close: number;
}

const defaultLimits: WriterLimits = {
  batch: callTimeout,
  write: queuedCallTimeout,
  waiting: waitingCallsMax,
  texts: waitingTextsMax,
  ping: 1_600,
  close: 2_500,
};

/**
 * All writes of this store, by group commit: while the thread writes one batch, the next one accumulates here. Only one connection ever
 * writes, so that writes of one process never wait for each other's lock.
 *
 * A disk may stall for long. Callers then wait no longer than the timeout of the batch, but the batch in progress continues, because nothing
 * can cancel it, and no later batch overtakes it. A busy machine is different: calls wait as long as the batches before them are answered in time.
 */
export class Writer {
  readonly #start: () => Thread;
  readonly #clock: () => number;
  readonly #now: () => number;
  readonly #limits: WriterLimits;
  readonly #commits = new GroupCommit<WriteCall, unknown>({ write: (batch) => this.#commit(batch), maxBatch: 512 });
  readonly #texts: WaitingTexts;
  #thread: Thread;
  #startedAt: number;
  /** Settles with the latest batch. */
  #answered: Promise<unknown> = Promise.resolve();
  /** Whether the batch in progress has had no answer within its timeout. */
  #isStuck = false;
  /** The newest write, whatever its outcome. Batches keep their order: once it has settled, every earlier one has too. */
  #newest: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;
  /** Whether the last batch could not be written, or not completely. */
  #isFailing = false;

  constructor({ start, clock, now = () => performance.now(), limits }: WriterOptions) {
    this.#start = start;
    this.#clock = clock;
    this.#now = now;
    this.#limits = { ...defaultLimits, ...limits };
    this.#texts = new WaitingTexts(this.#limits.texts);
    this.#thread = start();
    this.#startedAt = now();
  }

  /** Resolves when the change is durable; rejects with the error of the call, or `STORE_UNAVAILABLE`. */
  async write<Name extends keyof WriteCalls>(
    name: Name,
    input: WriteCalls[Name]['input'],
  ): Promise<WriteCalls[Name]['output']> {
    this.#refuseIfStuck();
    if (this.#commits.waiting >= this.#limits.waiting) throw storeUnavailable('too many writes wait for the disk');
    // TypeScript can't express that a name and its input form one of the calls, nor that a batch is answered in its own order, each call by
    // the function of its name.
    const call = { name, input, now: this.#clock() } as WriteCall;
    const written = this.#texts.hold(input, () => {
      const added = this.#commits.add(call);
      this.#newest = added.catch(() => {});
      return added;
    });
    return withCallTimeout(written as Promise<WriteCalls[Name]['output']>, this.#limits.write);
  }

  /**
   * Resolves when the thread can write, and has written the batch in progress; rejects with `STORE_UNAVAILABLE` if it can't, is stuck in that
   * batch, or has no disk space. It only writes for this if the last batch failed.
   */
  async ping(): Promise<void> {
    this.#refuseIfStuck();
    this.#replaceDead();
    const answered = this.#isFailing ? this.write('probe', undefined) : this.#thread.begun.then(() => this.#answered);
    await withCallTimeout(answered, this.#limits.ping);
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
    if (this.#isStuck) throw stuckError();
  }

  #reportStuck(batch: readonly CommitEntry<WriteCall, unknown>[]): void {
    this.#isStuck = true;
    for (const entry of batch) entry.reject(stuckError());
    this.#commits.rejectWaiting(stuckError());
  }

  async #commit(batch: readonly CommitEntry<WriteCall, unknown>[]): Promise<void> {
    this.#replaceDead();
    const endWait = setUnblockedTimeout(() => this.#reportStuck(batch), this.#limits.batch);
    let outcomes: Outcome[];
    try {
      // `postMessage` copies an array of `Array.from` faster than one of `map`, which V8 treats as sparse.
      const answer = this.#thread.commit(Array.from(batch, ({ item }) => item));
      this.#answered = answer.catch(() => {});
      outcomes = await answer;
    } catch (error) {
      this.#isFailing = true;
      throw error;
    } finally {
      endWait();
      this.#isStuck = false;
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

const stuckError = () => storeUnavailable('the writer thread does not respond');

/** Milliseconds between attempts after a thread that could not start. */
const retryMs = 1_000;

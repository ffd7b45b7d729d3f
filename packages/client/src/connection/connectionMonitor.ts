import { asEarshotError, type EarshotClientError } from '../errors.ts';
import { keepProcessAlive } from '../lib/timers.ts';
import { type Readable, Value } from '../lib/value.ts';
import type { Backoff } from './backoff.ts';
import { InterruptibleDelays, rejectOnAbort } from './interruptibleDelays.ts';
import { type Loss, RetrySchedule } from './retrySchedule.ts';

/** The state of the connection to the server. Over HTTP it is that of the event streams, and `connecting` before the first. */
export interface ConnectionState {
  /** `offline`: waiting for the next attempt. `closed`: closed by `close()`, and final. */
  readonly status: 'connecting' | 'open' | 'offline' | 'closed';
  /** Failed attempts since the last stable connection. */
  readonly attempt: number;
  /** The reason for the missing connection; null while there is one. */
  readonly error: EarshotClientError | null;
  /** The time of the next attempt while `offline`, in milliseconds since 1970. */
  readonly retryAt: number | null;
}

export interface Connection extends Readable<ConnectionState> {
  /** Starts the next attempt at once. */
  readonly retryNow: () => void;
}

export interface ReconnectOptions {
  backoff: Backoff;
  random?: (() => number) | undefined;
  now?: (() => number) | undefined;
}

/** The public connection state. Manages the waits before reconnecting, which it can cut short. */
export class ConnectionMonitor implements Connection {
  readonly #state = new Value<ConnectionState>({ status: 'connecting', attempt: 0, error: null, retryAt: null });
  readonly #delays = new InterruptibleDelays();
  readonly #closed = new AbortController();
  readonly #options: ReconnectOptions;
  #openSlots = 0;
  readonly #pendingSlots = new Set<RetrySchedule>();
  #releaseProcess: (() => void) | null = null;

  constructor(options: ReconnectOptions) {
    this.#options = options;
  }

  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  readonly retryNow = (): void => this.#delays.endAll();

  /** Aborts when the client is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Creates the slot of one connection: the WebSocket, or one of several event streams. */
  createSlot(): ReconnectSlot {
    const schedule = new RetrySchedule(this.#options);
    let open = false;
    return {
      waitForTurn: async (signal = this.closed) => {
        this.#setPending(schedule, true);
        const wait = schedule.next();
        if (wait > 0) await this.#waitOffline(wait, schedule.failures, signal);
        if (this.closed.aborted) throw this.closed.reason;
        this.#show({ status: 'connecting', attempt: schedule.failures });
      },
      opened: () => {
        schedule.opened();
        this.#setPending(schedule, false);
        if (!open) this.#openSlots += 1;
        open = true;
        this.#show({ status: 'open', error: null });
      },
      lost: (loss) => {
        schedule.lost(loss);
        this.#setPending(schedule, true);
        if (open) this.#openSlots -= 1;
        open = false;
        this.#show({ status: 'offline', attempt: schedule.failures, error: loss.error });
      },
      ended: () => {
        this.#setPending(schedule, false);
        if (open) this.#openSlots -= 1;
        open = false;
      },
    };
  }

  close(reason: EarshotClientError): void {
    this.#state.set({ status: 'closed', attempt: 0, error: null, retryAt: null });
    this.#closed.abort(reason);
    this.#keepProcessAlive();
  }

  #setPending(schedule: RetrySchedule, pending: boolean): void {
    if (pending) this.#pendingSlots.add(schedule);
    else this.#pendingSlots.delete(schedule);
    this.#keepProcessAlive();
  }

  /** Keeps a Node process alive while connecting. An open connection does so by itself, but between attempts nothing else may. */
  #keepProcessAlive(): void {
    if (this.#pendingSlots.size > 0 && !this.closed.aborted) {
      this.#releaseProcess ??= keepProcessAlive();
      return;
    }
    this.#releaseProcess?.();
    this.#releaseProcess = null;
  }

  #waitOffline(wait: number, attempt: number, signal: AbortSignal): Promise<void> {
    this.#show({ status: 'offline', attempt, retryAt: Date.now() + wait });
    return this.#delays.delay(wait, AbortSignal.any([signal, this.closed]));
  }

  #show(change: Partial<ConnectionState>): void {
    const { status } = this.#state.get();
    // While one connection is open, the state of the others is not shown.
    if (status === 'closed' || (this.#openSlots > 0 && change.status !== 'open')) return;
    this.#state.set({ ...this.#state.get(), retryAt: null, ...change });
  }
}

/** The slot of one connection. It waits before each attempt, and records the result of the attempt and the loss of the connection. */
export interface ReconnectSlot {
  /** Resolves when the next attempt may start. Rejects when `signal` aborts or the client is closed. */
  waitForTurn(signal?: AbortSignal): Promise<void>;
  opened(): void;
  lost(loss: Loss): void;
  /** The connection is no longer needed. */
  ended(): void;
}

/**
 * Runs `prepare` before an attempt. Its failure counts as a failed attempt. Rejects when
 * `closed` aborts, even while `prepare` is running.
 */
export async function prepareAttempt<T>(
  slot: ReconnectSlot,
  prepare: () => Promise<T>,
  closed: AbortSignal,
): Promise<T> {
  try {
    return await rejectOnAbort(prepare(), closed);
  } catch (cause) {
    const error = asEarshotError(cause);
    slot.lost({ error });
    throw error;
  }
}

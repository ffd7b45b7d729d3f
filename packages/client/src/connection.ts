import type { Backoff } from './backoff.ts';
import { asEarshotError, type EarshotClientError } from './errors.ts';
import { orAborted, Pauses } from './pauses.ts';
import { type Loss, RetrySchedule } from './retrySchedule.ts';
import { holdProcess } from './timers.ts';
import { type Readable, Value } from './value.ts';

/** The state of the line to the server, for people to see. Over HTTP: of the event streams; `connecting` before the first. */
export interface ConnectionState {
  /** `offline`: waiting for the next try. `closed`: for good, by `close()`. */
  readonly status: 'connecting' | 'open' | 'offline' | 'closed';
  /** Tries that failed since the last connection that held. */
  readonly attempt: number;
  /** Why there is no connection; null while there is one. */
  readonly error: EarshotClientError | null;
  /** When the next try begins, in milliseconds since the epoch, while `offline`. */
  readonly retryAt: number | null;
}

export interface Connection extends Readable<ConnectionState> {
  /** Tries again at once instead of waiting for the next try. */
  readonly retryNow: () => void;
}

export interface ReconnectOptions {
  backoff: Backoff;
  random?: (() => number) | undefined;
  now?: (() => number) | undefined;
}

/** The public connection state, and the waits before reconnecting that it can cut short. */
export class ConnectionMonitor implements Connection {
  readonly #state = new Value<ConnectionState>({ status: 'connecting', attempt: 0, error: null, retryAt: null });
  readonly #pauses = new Pauses();
  readonly #closed = new AbortController();
  readonly #options: ReconnectOptions;
  #openLines = 0;
  readonly #pendingLines = new Set<RetrySchedule>();
  #releaseProcess: (() => void) | null = null;

  constructor(options: ReconnectOptions) {
    this.#options = options;
  }

  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  readonly retryNow = (): void => this.#pauses.endAll();

  /** Aborts when the client is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** A line of its own: the one WebSocket, or one of several event streams. */
  line(): Line {
    const schedule = new RetrySchedule(this.#options);
    let open = false;
    return {
      turn: async (signal = this.closed) => {
        this.#pend(schedule, true);
        const wait = schedule.next();
        if (wait > 0) await this.#waitOffline(wait, schedule.failures, signal);
        if (this.closed.aborted) throw this.closed.reason;
        this.#show({ status: 'connecting', attempt: schedule.failures });
      },
      opened: () => {
        schedule.opened();
        this.#pend(schedule, false);
        if (!open) this.#openLines += 1;
        open = true;
        this.#show({ status: 'open', error: null });
      },
      lost: (loss) => {
        schedule.lost(loss);
        this.#pend(schedule, true);
        if (open) this.#openLines -= 1;
        open = false;
        this.#show({ status: 'offline', attempt: schedule.failures, error: loss.error });
      },
      ended: () => {
        this.#pend(schedule, false);
        if (open) this.#openLines -= 1;
        open = false;
      },
    };
  }

  close(reason: EarshotClientError): void {
    this.#state.set({ status: 'closed', attempt: 0, error: null, retryAt: null });
    this.#closed.abort(reason);
    this.#holdProcess();
  }

  #pend(line: RetrySchedule, pending: boolean): void {
    if (pending) this.#pendingLines.add(line);
    else this.#pendingLines.delete(line);
    this.#holdProcess();
  }

  /** An open line keeps a Node process alive by itself; on the way to one there may be moments when nothing does. */
  #holdProcess(): void {
    if (this.#pendingLines.size > 0 && !this.closed.aborted) {
      this.#releaseProcess ??= holdProcess();
      return;
    }
    this.#releaseProcess?.();
    this.#releaseProcess = null;
  }

  #waitOffline(wait: number, attempt: number, signal: AbortSignal): Promise<void> {
    this.#show({ status: 'offline', attempt, retryAt: Date.now() + wait });
    return this.#pauses.pause(wait, AbortSignal.any([signal, this.closed]));
  }

  #show(change: Partial<ConnectionState>): void {
    const { status } = this.#state.get();
    // With one line open, what another one goes through is not the state of the connection.
    if (status === 'closed' || (this.#openLines > 0 && change.status !== 'open')) return;
    this.#state.set({ ...this.#state.get(), retryAt: null, ...change });
  }
}

/** One line's part: it waits for its turn, then tells how the try went and when the line is lost. */
export interface Line {
  /** Resolves when it is time for the next try. Rejects when `signal` aborts or the client is closed. */
  turn(signal?: AbortSignal): Promise<void>;
  opened(): void;
  lost(loss: Loss): void;
  /** The line is no longer wanted. */
  ended(): void;
}

/**
 * Gets what a try needs first; when that fails, the try has failed, and the next one waits for its turn. Rejects when
 * `closed` aborts, whatever `prepare` waits for.
 */
export async function prepareTry<T>(line: Line, prepare: () => Promise<T>, closed: AbortSignal): Promise<T> {
  try {
    return await orAborted(prepare(), closed);
  } catch (cause) {
    const error = asEarshotError(cause);
    line.lost({ error });
    throw error;
  }
}

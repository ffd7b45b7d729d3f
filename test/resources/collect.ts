/** The items received so far, and ways to wait for more: tests wait for events, not for time. */
export interface Collected<T> {
  readonly all: readonly T[];
  /** The error with which the source ended. */
  readonly error: unknown;
  readonly ended: boolean;
  push(item: T): void;
  fail(error: unknown): void;
  end(): void;
  /** Resolves with the first item, past or future, that fits. Rejects after `deadlineMs` with a list of the items received. */
  until(fits: (item: T) => boolean, deadlineMs?: number): Promise<T>;
  /** Resolves when the items received so far fit. */
  untilAll(fit: (all: readonly T[]) => boolean, deadlineMs?: number): Promise<readonly T[]>;
  /** Resolves with the error, or undefined for a normal end. */
  untilEnd(deadlineMs?: number): Promise<unknown>;
}

/** Less than the shortest timeout of tests that use services, so that what was received is shown. A slow machine is no failure. */
const defaultDeadlineMs = 25_000;

export function collect<T>(): Collected<T> {
  const all: T[] = [];
  const waiting = new Set<() => void>();
  const state: { error: unknown; ended: boolean } = { error: undefined, ended: false };
  const wake = () => {
    for (const check of [...waiting]) check();
  };

  function waitFor<R>(find: () => { found: R } | undefined, deadlineMs = defaultDeadlineMs): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const timer = setTimeout(() => {
      waiting.delete(check);
      const end = state.ended ? `; ended with ${String(state.error)}` : '';
      reject(new Error(`no match within ${deadlineMs} ms; received ${all.length}: ${show(all)}${end}`));
    }, deadlineMs);
    function check() {
      const result = find();
      if (result === undefined) return;
      clearTimeout(timer);
      waiting.delete(check);
      resolve(result.found);
    }
    waiting.add(check);
    check();
    return promise;
  }

  return {
    all,
    get error() {
      return state.error;
    },
    get ended() {
      return state.ended;
    },
    push: (item) => {
      all.push(item);
      wake();
    },
    fail: (error) => {
      Object.assign(state, { error, ended: true });
      wake();
    },
    end: () => {
      state.ended = true;
      wake();
    },
    until: (fits, deadlineMs) =>
      waitFor(() => {
        const index = all.findIndex(fits);
        const found = all[index];
        return found === undefined ? undefined : { found };
      }, deadlineMs),
    untilAll: (fit, deadlineMs) => waitFor(() => (fit(all) ? { found: all } : undefined), deadlineMs),
    untilEnd: (deadlineMs) => waitFor(() => (state.ended ? { found: state.error } : undefined), deadlineMs),
  };
}

function show(items: readonly unknown[]): string {
  return JSON.stringify(items.slice(-5)).slice(0, 1_500);
}

/** Rejects if the work takes longer than the deadline. `state` describes what was going on. */
export async function within<T>(work: Promise<T>, state: () => string, deadlineMs = defaultDeadlineMs): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not done within ${deadlineMs} ms: ${state()}`)), deadlineMs);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Polls `read` until it returns a truthy value, for changes that no event reports. */
export async function eventually<T>(read: () => T | Promise<T>, deadlineMs = defaultDeadlineMs): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await read();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`did not come true within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import { EarshotError } from '@earshot/shared';
import { setUnblockedTimeout } from '../async/unblockedTimeout.ts';
import { withTimeout } from '../async/withTimeout.ts';

/** Milliseconds that the database has for an answer. */
export const callTimeout = 5_000;

/**
 * Maximum milliseconds of a call that waits for others, while the database answers each in time. A busy machine may need longer than
 * `callTimeout` for all of them, and its database is available nevertheless.
 */
export const queuedCallTimeout = 30_000;

/** Maximum number of calls that wait for the database. More are rejected, to bound the memory that they take while it is slow. */
export const waitingCallsMax = 20_000;

export const storeUnavailable = (reason: string) => new EarshotError('STORE_UNAVAILABLE', { cause: new Error(reason) });

/** Resolves to the result if it arrives in time; otherwise rejects with `STORE_UNAVAILABLE`. */
export function withCallTimeout<T>(work: Promise<T>, timeout = callTimeout): Promise<T> {
  return withTimeout(work, timeout, () => storeUnavailable(`no answer within ${timeout} ms`));
}

/** Like `withCallTimeout`, for work that others may delay: the time counts from the latest `noteProgress`. */
export async function withProgressTimeout<T>(work: (noteProgress: () => void) => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const begin = () => setUnblockedTimeout(() => late.reject(storeUnavailable('no progress')), callTimeout);
  let cancel = begin();
  let hasSettled = false;
  const noteProgress = () => {
    if (hasSettled) return;
    cancel();
    cancel = begin();
  };
  try {
    return await Promise.race([work(noteProgress), late.promise]);
  } finally {
    hasSettled = true;
    cancel();
  }
}

/**
 * Like `withCallTimeout`, for a write that is repeated until it succeeds: it must call `requireTime` before each attempt, and before it commits, which
 * throws once the caller has its error. A later write could replace what the caller has written since.
 */
export async function withRetryTimeout<T>(work: (requireTime: () => void) => Promise<T>): Promise<T> {
  let hasSettled = false;
  const requireTime = () => {
    if (hasSettled) throw storeUnavailable('the time for another attempt is over');
  };
  try {
    return await withCallTimeout(work(requireTime));
  } finally {
    hasSettled = true;
  }
}

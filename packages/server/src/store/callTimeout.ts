import { EarshotError } from '@earshot/shared';
import { setUnblockedTimeout } from '../async/unblockedTimeout.ts';
import { withTimeout } from '../async/withTimeout.ts';

/** Milliseconds that the database has for an answer. */
export const callTimeout = 5_000;

/**
 * Milliseconds after which a call has settled that waits for others, which the database answers in time. A busy machine may need longer than
 * `callTimeout` for all of them, and is available.
 */
export const queuedCallTimeout = 30_000;

/** Calls that may wait for the database. More are rejected: what they hold in memory is bounded, however slow the database is. */
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
  let isOver = false;
  const noteProgress = () => {
    if (isOver) return;
    cancel();
    cancel = begin();
  };
  try {
    return await Promise.race([work(noteProgress), late.promise]);
  } finally {
    isOver = true;
    cancel();
  }
}

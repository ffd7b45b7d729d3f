import { EarshotError } from '@earshot/shared';
import { withTimeout } from '../async/withTimeout.ts';

/** Milliseconds after which every call has settled. */
export const callTimeout = 5_000;

export const storeUnavailable = (reason: string) => new EarshotError('STORE_UNAVAILABLE', { cause: new Error(reason) });

/** Resolves to the result if it arrives in time; otherwise rejects with `STORE_UNAVAILABLE`. */
export function withCallTimeout<T>(work: Promise<T>, timeout = callTimeout): Promise<T> {
  return withTimeout(work, timeout, () => storeUnavailable(`no answer within ${timeout} ms`));
}

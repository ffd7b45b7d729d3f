import { EarshotError } from '@earshot/shared';
import { withTimeout } from '../async/withTimeout.ts';

/** Milliseconds that a plain HTTP client waits: it must know within two seconds that the server can't serve. */
const requestTimeout = 1_900;

/**
 * The result of a whole request. Throws `STORE_UNAVAILABLE` if it takes too long: presence and published keys have shorter timeouts of their
 * own, so the pending part is the store.
 */
export function withRequestTimeout<T>(work: Promise<T>): Promise<T> {
  return withTimeout(work, requestTimeout, () => new EarshotError('STORE_UNAVAILABLE'));
}

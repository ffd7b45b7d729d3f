import { EarshotError } from '@earshot/shared';

/** Milliseconds that a plain HTTP client waits: it must know within two seconds that the server can't serve. */
const timeoutMs = 1_900;

/**
 * The result of `work`. Throws `STORE_UNAVAILABLE` if it takes too long: presence has a shorter timeout of its own, so the
 * pending part is the store. A later result is ignored.
 */
export async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new EarshotError('STORE_UNAVAILABLE')), timeoutMs);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

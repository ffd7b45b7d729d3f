import { EarshotError } from '@earshot/shared';

/** Milliseconds that a client of plain HTTP waits: it must know within two seconds that the server can't serve. */
const timeoutMs = 1_900;

/**
 * The result of `work`, or `STORE_UNAVAILABLE` when it takes too long: presence says so by itself before, so that what is
 * still awaited is the store. What it does after that nobody waits for.
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

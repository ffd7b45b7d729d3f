import { EarshotError, type ErrorCode } from '@earshot/shared';

/** Milliseconds that a plain HTTP client waits: it must know within two seconds that the server can't serve. */
const timeoutMs = 1_900;

/**
 * The result of `work`. Throws the error of that code if it takes too long. For whole requests that is `STORE_UNAVAILABLE`: presence and
 * published keys have shorter timeouts of their own, so the pending part is the store. A later result is ignored.
 */
export async function withTimeout<T>(
  work: Promise<T>,
  { code = 'STORE_UNAVAILABLE', ms = timeoutMs }: { code?: ErrorCode; ms?: number } = {},
): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new EarshotError(code)), ms);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

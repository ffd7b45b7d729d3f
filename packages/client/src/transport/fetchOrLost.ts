import { getFetch } from '@trpc/client';
import { EarshotClientError } from '../errors.ts';

/**
 * A `fetch` whose failures are `CONNECTION_LOST`. Runtimes throw a TypeError for a failure of the network, as for a mistake in a program,
 * with messages of their own; the place where it is thrown says which it is. An answer that breaks off or is not JSON comes from an
 * intermediary, such as a proxy whose server is down.
 */
export function fetchOrLost(given: typeof globalThis.fetch | undefined): ReturnType<typeof getFetch> {
  const fetch = getFetch(given);
  return async (input, init) => {
    // Throws for an invalid header, such as a token with a line break. A retry would not help.
    new Headers(init?.headers);
    const orLost = <T>(work: Promise<T>): Promise<T> =>
      work.catch((cause: unknown) => {
        throw init?.signal?.aborted ? cause : new EarshotClientError('CONNECTION_LOST', { cause });
      });
    const response = await orLost(fetch(input, init));
    return { ok: response.ok, json: () => orLost(response.json()) };
  };
}

import { getFetch } from '@trpc/client';
import { EarshotClientError } from '../errors.ts';

/**
 * A `fetch` that rejects with `CONNECTION_LOST` when the network fails. The standard requires a plain TypeError for that, as for an
 * invalid request. The headers are the only part of a request that users determine, so they are checked first. Then any rejection of
 * the runtime's own `fetch` is a network failure. A `custom` function may have faults, which a retry would repeat: its errors are
 * unchanged.
 */
export function networkFetch(custom: typeof globalThis.fetch | undefined): ReturnType<typeof getFetch> {
  const fetch = getFetch(custom);
  return async (url, init) => {
    const rejectAsLost = (cause: unknown): never => {
      throw init?.signal?.aborted ? cause : new EarshotClientError('CONNECTION_LOST', { cause });
    };
    new Headers(init?.headers); // throws a TypeError for invalid headers
    const request = fetch(url, init);
    const response = await (custom ? request : request.catch(rejectAsLost));
    const readJson = response.json.bind(response);
    // The connection may break off within the body. A body that is not JSON comes from an intermediary, such as a proxy.
    const json = () =>
      readJson().catch((cause) => (isRefusal(response, cause) ? Promise.reject(cause) : rejectAsLost(cause)));
    return Object.assign(response, { json });
  };
}

/** Whether an intermediary rejects the request itself, such as one that is too large: a retry would be rejected too. */
function isRefusal(response: object, cause: unknown): boolean {
  if (!(cause instanceof SyntaxError && 'status' in response)) return false;
  const status = Number(response.status);
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

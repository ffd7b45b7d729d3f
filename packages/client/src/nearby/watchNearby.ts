import type { Location, NearbyList, NearbyOrder } from '@earshot/shared';
import { clientRetry } from '../connection/clientRetry.ts';
import { keepSubscribed } from '../connection/keepSubscribed.ts';
import type { EarshotClient } from '../earshotClient.ts';
import { EarshotClientError } from '../errors.ts';
import { callSafely } from '../lib/value.ts';

export interface NearbyQuery {
  location: Location;
  /** Metres, at most 50,000. */
  radius?: number;
  /** The most rooms to return, up to 100. Default: 20. */
  limit?: number;
  /** `lively`: of the nearest 100 rooms those with the most users first, then those with the latest message. Default: `near`. */
  order?: NearbyOrder;
}

export interface NearbyHandlers {
  /** Called with the rooms, and again whenever they have changed: at most once in about two seconds. */
  onList: (list: NearbyList) => void;
  /**
   * `true` when lists begin to arrive or arrive again. `false` when they are interrupted (they will resume by themselves), and when the server
   * refuses or the client is closed.
   */
  onLive?: (isLive: boolean) => void;
}

/**
 * Watches the rooms around a location, until the returned function is called or the client is closed. A connection can watch four lists; over
 * HTTP each occupies an event stream. It is no method of the client, because pages that do not use it need not load it.
 */
export function watchNearby(
  client: Pick<EarshotClient, 'trpc' | 'connection'>,
  query: NearbyQuery,
  { onList, onLive }: NearbyHandlers,
): () => void {
  const { retry, release } = clientRetry(client.connection);
  const ended = new AbortController();
  let live: boolean | null = null;
  const setLive = (isLive: boolean) => {
    if (live === isLive) return;
    live = isLive;
    if (onLive) callSafely(() => onLive(isLive));
  };
  const interrupt = () => setLive(false);
  void keepSubscribed<NearbyList>({
    // Lists have no ids: a new subscription begins with the current list.
    subscribe: (_, { onData, ...handlers }) =>
      client.trpc.rooms.watchNearby.subscribe(query, {
        ...handlers,
        onData: (list) => onData?.({ id: '', data: list }),
      }),
    retry: { ...retry, signal: AbortSignal.any([retry.signal, ended.signal]) },
    lastEventId: () => null,
    onEvent: (list) => callSafely(() => onList(list)),
    onLive: () => setLive(true),
    onInterrupted: interrupt,
    onStopped: interrupt,
  });
  return () => {
    release();
    ended.abort(new EarshotClientError('ABORTED'));
  };
}

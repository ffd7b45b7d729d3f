import { EarshotError, type NearbyList } from '@earshot/shared';
import { type AbortSignalLike, LightAbortController } from '../async/lightAbortController.ts';
import type { Connection } from './connection.ts';
import type { OrderedSearch } from './nearbyRooms.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { watchBlocks } from './privacy/userPrivacy.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';
import type { SharedList } from './sharedList.ts';
import { visibleList } from './visibleRooms.ts';
import { requireWatchSlot } from './watchSlots.ts';

interface WatchNearbyOptions {
  search: OrderedSearch;
  signal: AbortSignalLike;
}

/** Maximum number of lists of nearby rooms that one connection watches at a time. */
const listsPerConnection = 4;

/**
 * Watches the rooms around a map cell: yields the answer of `rooms.nearby`, and again when it has changed. Needs no identity, like
 * `rooms.nearby`. All watchers of a search share its list: see `NearbyLists`. A client that reads slowly misses versions of the list, never
 * the latest one. Ends when `signal` aborts; throws the connection's error when the server ended the connection.
 */
export function watchNearby(
  services: Services,
  connection: Connection,
  options: WatchNearbyOptions,
): AsyncIterableIterator<NearbyList, void, void> {
  const end = new LightAbortController();
  const lists = readLists({ services, connection, end }, options);
  return {
    next: () => lists.next(),
    // A generator returns only between two items, so it is first made to stop waiting for the next one.
    return: () => {
      end.abort();
      return lists.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

interface Watch {
  services: Services;
  connection: Connection;
  /** Ends the watch. */
  end: LightAbortController;
}

async function* readLists(
  { services, connection, end }: Watch,
  { search, signal }: WatchNearbyOptions,
): AsyncGenerator<NearbyList, void, void> {
  services.budget.spend(connection, 'watchNearby');
  await requireRight(services, connection, 'findRooms', 'server');
  requireWatchSlot(services, connection);
  if (connection.nearbyListCount >= listsPerConnection) {
    const message = `A connection can watch at most ${listsPerConnection} lists of nearby rooms.`;
    throw new EarshotError('TOO_MANY_WATCHES', { message });
  }
  connection.nearbyListCount += 1;
  const abort = () => end.abort();
  const signals = [signal, connection.endSignal];
  for (const one of signals) one.addEventListener('abort', abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  try {
    const privacy = await privacyOf(services, connection);
    using lease = await services.nearbyLists.watch(search, connection.address);
    const { list } = lease;
    let seen: NearbyList | undefined;
    let wake = () => {};
    using _watcher = watchBlocks(privacy, () => {
      seen = undefined; // previews appear or disappear
      wake();
    });
    while (!end.aborted) {
      const current = list.current;
      if (current === undefined || current === seen) {
        await nextChange(list, end, (done) => {
          wake = done;
        });
        continue;
      }
      await connection.transport.writable();
      seen = list.current;
      if (seen !== undefined) yield visibleList({ services, connection, privacy }, seen);
    }
    const { aborted, reason } = connection.endSignal;
    if (aborted && reason instanceof EarshotError) throw reason;
  } finally {
    for (const one of signals) one.removeEventListener('abort', abort);
    connection.nearbyListCount -= 1;
  }
}

/** Resolves when the list has another value, when the signal aborts, or when the function given to `onWait` is called. */
function nextChange(
  list: SharedList<NearbyList>,
  signal: LightAbortController,
  onWait: (done: () => void) => void,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = list.onChange(done);
    signal.addEventListener('abort', done);
    onWait(done);
  });
}

import { isDeepStrictEqual } from 'node:util';
import { EarshotError, type NearbyList } from '@earshot/shared';
import { delay } from '../async/abort.ts';
import { LightAbortController } from '../async/lightAbortController.ts';
import { TickShares } from '../async/tickShares.ts';
import type { NearbyRooms, OrderedSearch } from './nearbyRooms.ts';
import { SharedList } from './sharedList.ts';

interface NearbyListsOptions {
  nearby: Pick<NearbyRooms, 'search'>;
  /** Maximum number of different lists that the watchers of one address watch; 0: unlimited. */
  listsPerAddress: number;
  /** Called with each refusal because of that maximum. */
  onRefused?: () => void;
}

/** Milliseconds between two refreshes of a list. */
const refreshMs = 2_000;
/** Milliseconds between two refreshes of any lists. With more than 200 lists, each is refreshed less often. */
const gapMs = 10;
/** Milliseconds until an address may try another list. */
const retryAfterMs = 30_000;

/** A watcher's share of a list, until it is released. */
export interface ListLease extends Disposable {
  readonly list: SharedList<NearbyList>;
}

/**
 * The lists of nearby rooms that are watched on this instance. All watchers of one search share its list, which is searched again every two
 * seconds, however many they are. One loop refreshes all lists, one after the other and with gaps, so many lists take longer and not more CPU
 * time.
 */
export class NearbyLists {
  readonly #options: NearbyListsOptions;
  /** In the order of their next refresh. */
  readonly #lists = new Map<string, SharedList<NearbyList>>();
  /** The number of watchers of each list, by address. */
  readonly #ofAddress = new Map<string, Map<string, number>>();
  readonly #tickShares = new TickShares();
  readonly #neverAborts = new LightAbortController();
  #isRunning = false;

  constructor(options: NearbyListsOptions) {
    this.#options = options;
  }

  /** Number of lists. */
  get size(): number {
    return this.#lists.size;
  }

  /** Resolves when the list has been read once. Throws `RATE_LIMITED` for an address with too many lists, and the errors of the search. */
  async watch(search: OrderedSearch, address: string): Promise<ListLease> {
    const { cell, radius, limit, order } = search;
    const key = `${cell} ${radius} ${limit} ${order}`;
    this.#count(address, key);
    const list = this.#lists.get(key) ?? this.#open(key, search);
    list.watchers += 1;
    const lease = { list, [Symbol.dispose]: () => this.#release({ key, list, address }) };
    try {
      await list.started;
      return lease;
    } catch (error) {
      lease[Symbol.dispose]();
      throw error;
    }
  }

  #open(key: string, search: OrderedSearch): SharedList<NearbyList> {
    const read = async () => ({ rooms: await this.#options.nearby.search(search) });
    const list = new SharedList<NearbyList>({ read, isSame: isDeepStrictEqual, tickShares: this.#tickShares });
    list.refreshAt = performance.now() + refreshMs;
    this.#lists.set(key, list);
    if (!this.#isRunning) void this.#run();
    return list;
  }

  #release({ key, list, address }: { key: string; list: SharedList<NearbyList>; address: string }): void {
    list.watchers -= 1;
    if (list.watchers === 0 && this.#lists.get(key) === list) this.#lists.delete(key);
    const counts = this.#ofAddress.get(address);
    const count = counts?.get(key) ?? 0;
    if (count > 1) counts?.set(key, count - 1);
    else counts?.delete(key);
    if (counts?.size === 0) this.#ofAddress.delete(address);
  }

  #count(address: string, key: string): void {
    const counts = this.#ofAddress.get(address) ?? new Map<string, number>();
    const count = counts.get(key) ?? 0;
    const max = this.#options.listsPerAddress;
    if (max > 0 && count === 0 && counts.size >= max) {
      this.#options.onRefused?.();
      const message = `An address can watch the rooms around at most ${max} locations at a time.`;
      throw new EarshotError('RATE_LIMITED', { message, retryAfterMs });
    }
    counts.set(key, count + 1);
    this.#ofAddress.set(address, counts);
  }

  /** Refreshes the lists until there are none. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let [next] = this.#lists; next !== undefined; [next] = this.#lists) {
      const [key, list] = next;
      const wait = Math.max(gapMs, list.refreshAt - performance.now());
      await delay(wait, this.#neverAborts);
      if (this.#lists.get(key) !== list) continue;
      this.#lists.delete(key);
      list.refreshAt = performance.now() + refreshMs;
      this.#lists.set(key, list); // the last in the order
      await list.refresh();
    }
    this.#isRunning = false;
  }
}

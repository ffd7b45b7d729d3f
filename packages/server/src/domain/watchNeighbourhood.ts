import { EarshotError, type Message, neighbourhoodLimits, type Room } from '@earshot/shared';
import { type AbortSignalLike, LightAbortController } from '../async/lightAbortController.ts';
import type { ChangeEvent } from '../feed/envelope.ts';
import type { ReadLimiter } from '../feed/watcher.ts';
import type { Connection } from './connection.ts';
import { enteredRoom } from './enteredRoom.ts';
import type { NearbySearch } from './nearbyRooms.ts';
import { NeighbourhoodCursor } from './neighbourhoodCursor.ts';
import { NeighbourhoodStreams } from './neighbourhoodStreams.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { noPrivacy, watchBlocks } from './privacy/userPrivacy.ts';
import { isOutdated, visibleChange } from './privacy/visible.ts';
import { visibleNewest } from './privacy/visibleHistory.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Arrival, RoomStream, StreamItem } from './roomStream.ts';
import { isBannedIn } from './rules/ruleAbout.ts';
import type { Services } from './services.ts';
import { WatchReadLimiter } from './watchReadLimiter.ts';
import { requireWatchSlot } from './watchSlots.ts';

/** An event of a neighbourhood, and the id to resume from after it. */
export interface NeighbourhoodItem {
  id: string;
  event: NeighbourhoodFeedEvent;
}

export type NeighbourhoodFeedEvent =
  | { type: 'room.entered'; room: Room; messages: Message[]; reset: boolean }
  | { type: 'room.left'; roomId: string }
  | { type: 'event'; roomId: string; event: ChangeEvent }
  | { type: 'ready' };

interface NeighbourhoodOptions extends Omit<NearbySearch, 'limit'> {
  /** The id of the last event received. */
  lastEventId?: string | undefined;
  signal: AbortSignalLike;
}

/**
 * Watches the public rooms around a map cell, for any user: membership is needed only to write, and to read locked rooms. Each room is read by
 * a watch of its feed, see the feed for the guarantees. The caller is not present in the rooms. Ends when `signal` aborts; throws the connection's error when the
 * server ended the connection.
 */
export function watchNeighbourhood(
  services: Services,
  connection: Connection,
  options: NeighbourhoodOptions,
): AsyncIterableIterator<NeighbourhoodItem, void, void> {
  return new NeighbourhoodWatch(services, connection, options);
}

const { history } = neighbourhoodLimits;

/** Milliseconds between two searches for new rooms. All watches in one map cell share an answer, which is cached for as long. */
const refreshMs = 1_000;

class NeighbourhoodWatch implements AsyncIterableIterator<NeighbourhoodItem, void, void> {
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #signals: readonly AbortSignalLike[];
  readonly #cursor: NeighbourhoodCursor;
  readonly #controller = new LightAbortController();
  readonly #streams: NeighbourhoodStreams;
  #privacy = noPrivacy;
  /** The reach for which the rooms that are not in it were left. */
  #leftFor: unknown;
  readonly #items: AsyncGenerator<NeighbourhoodItem, void, void>;

  constructor(services: Services, connection: Connection, { signal, lastEventId, ...search }: NeighbourhoodOptions) {
    this.#services = services;
    this.#connection = connection;
    this.#signals = [signal, connection.endSignal];
    this.#cursor = NeighbourhoodCursor.parse(lastEventId ?? '0');
    connection.readLimiter ??= new WatchReadLimiter(services.budget, connection);
    const watcher = {
      history,
      signals: [this.#controller],
      readLimiter: limitReplays(connection.readLimiter),
    };
    const watcherOf = (roomId: string) => {
      const after = this.#cursor.get(roomId);
      return { ...watcher, after, needsReset: isOutdated(this.#privacy, after) };
    };
    this.#streams = new NeighbourhoodStreams({ services, connection, search, watcherOf, signal: this.#controller });
    this.#items = this.#run();
  }

  next(): Promise<IteratorResult<NeighbourhoodItem, void>> {
    return this.#items.next();
  }

  /** A generator returns only between two items, so it is first made to stop waiting for the next one. */
  return(): Promise<IteratorResult<NeighbourhoodItem, void>> {
    this.#controller.abort();
    return this.#items.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Called when one of the signals aborts. */
  handleEvent(): void {
    this.#controller.abort();
  }

  async *#run(): AsyncGenerator<NeighbourhoodItem, void, void> {
    const signals = this.#signals;
    await this.#begin();
    using _watcher = watchBlocks(this.#privacy, () => {
      for (const stream of this.#streams.all) stream.restart();
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      for (const signal of signals) signal.addEventListener('abort', this);
      if (signals.some(({ aborted }) => aborted)) this.#controller.abort();
      await this.#streams.refresh();
      yield* this.#start();
      timer = setInterval(() => this.#streams.refreshSoon(), refreshMs);
      yield* this.#continue();
      const { aborted, reason } = this.#connection.endSignal;
      if (aborted && reason instanceof EarshotError) throw reason;
    } finally {
      clearInterval(timer);
      this.#controller.abort(); // ends the streams
      for (const signal of signals) signal.removeEventListener('abort', this);
      this.#connection.neighbourhoodCount -= 1;
    }
  }

  /** Admits the watch. Throws `UNAUTHENTICATED`, `TOO_MANY_WATCHES` and others. */
  async #begin(): Promise<void> {
    const services = this.#services;
    const connection = this.#connection;
    services.budget.spend(connection, 'watchNeighbourhood');
    await requireRight(services, connection, 'watchNeighbourhood', 'server');
    this.#privacy = await privacyOf(services, connection);
    requireWatchSlot(services, connection);
    const max = neighbourhoodLimits.perConnection;
    if (connection.neighbourhoodCount >= max) {
      throw new EarshotError('TOO_MANY_WATCHES', { message: `A connection can watch at most ${max} neighbourhoods.` });
    }
    connection.neighbourhoodCount += 1;
  }

  /** The rooms that were left, then the starts of new ones, one read at a time, then `ready`. Missed changes are requested afterwards. */
  async *#start(): AsyncGenerator<NeighbourhoodItem, void, void> {
    yield* this.#leaveRooms();
    const streams = this.#streams.all;
    const isNew = ({ roomId }: RoomStream) => this.#cursor.get(roomId) === undefined;
    for (const stream of streams.filter(isNew).sort((a, b) => this.#lastActivity(a) - this.#lastActivity(b))) {
      const item = await stream.read();
      if (item === null) return this.#controller.abort();
      if (this.#closeIfBanned(stream)) continue;
      const entered = await this.#toItem(stream.roomId, item);
      if (entered) yield entered;
    }
    yield await this.#item({ type: 'ready' });
    for (const stream of streams) stream.request();
  }

  async *#continue(): AsyncGenerator<NeighbourhoodItem, void, void> {
    while (!this.#controller.aborted) {
      yield* this.#leaveRooms();
      const arrival = await this.#streams.next();
      if (arrival) yield* this.#deliver(arrival);
    }
  }

  async *#deliver(arrival: Arrival): AsyncGenerator<NeighbourhoodItem, void, void> {
    const { stream } = arrival;
    if (!this.#streams.room(stream.roomId)) return; // not in reach any more
    if ('error' in arrival) return this.#streams.closeFailed(stream, arrival.error);
    if (arrival.item === null) return this.#controller.abort();
    if (this.#closeIfBanned(stream)) return;
    const item = await this.#toItem(stream.roomId, arrival.item);
    if (item) yield item;
    stream.request();
  }

  /**
   * Closes the stream if the user is banned in its room, because a ban holds at once. Returns whether it is closed. The next refresh leaves the
   * room, or reads it again if the ban has been lifted.
   */
  #closeIfBanned({ roomId }: RoomStream): boolean {
    const room = this.#streams.room(roomId)?.room;
    const isBanned = room !== undefined && isBannedIn(this.#services, this.#connection, room);
    if (isBanned) this.#streams.close(roomId);
    return isBanned;
  }

  async *#leaveRooms(): AsyncGenerator<NeighbourhoodItem, void, void> {
    if (this.#leftFor === this.#streams.reach) return; // checked before each event, and changes once a second
    this.#leftFor = this.#streams.reach;
    for (const roomId of new Set([...this.#streams.all.map((stream) => stream.roomId), ...this.#cursor.roomIds])) {
      if (this.#streams.room(roomId)) continue;
      this.#streams.close(roomId);
      if (this.#cursor.delete(roomId)) yield await this.#item({ type: 'room.left', roomId });
    }
  }

  /** Null for a change that is not visible to the caller. */
  async #toItem(roomId: string, item: StreamItem): Promise<NeighbourhoodItem | null> {
    const services = this.#services;
    const connection = this.#connection;
    const privacy = this.#privacy;
    if (item.kind === 'change') {
      this.#cursor.advance(roomId, item.position, item.event);
      const event = services.retention.hides(item.event) ? null : visibleChange(privacy, item.event);
      return event && this.#item({ type: 'event', roomId, event });
    }
    const { type, position } = item;
    services.budget.chargeMessages(connection, item.messages);
    const found = this.#streams.room(roomId);
    if (!found) throw new Error('a stream is of a room in reach');
    const start = { messages: item.messages, history };
    const messages = await visibleNewest({ services, connection, privacy }, roomId, start);
    const room = await enteredRoom(services, found, position);
    this.#cursor.set(roomId, position);
    return this.#item({ type: 'room.entered', room, messages, reset: type === 'reset' });
  }

  /** The item with the present cursor as its id, once the client can take it. */
  async #item(event: NeighbourhoodFeedEvent): Promise<NeighbourhoodItem> {
    const id = this.#cursor.toString();
    await this.#connection.transport.writable();
    return { id, event };
  }

  #lastActivity({ roomId }: RoomStream): number {
    return this.#streams.room(roomId)?.room.lastMessageAt?.getTime() ?? 0;
  }
}

const noRelease = () => {};

/** Starts of a neighbourhood have few messages, and wait in its queue: they must not hold slots that the next ones wait for. */
function limitReplays(limiter: ReadLimiter): ReadLimiter {
  return {
    acquireStart: async () => noRelease,
    tryAcquirePage: () => limiter.tryAcquirePage(),
    acquirePage: (signal) => limiter.acquirePage(signal),
  };
}

import { EarshotError, type Position, type StartEvent } from '@earshot/shared';
import { iteratorDone } from '../async/iteratorDone.ts';
import type { FeedEvent } from '../feed/envelope.ts';
import type { Watch } from '../feed/hub.ts';
import type { EventItem, Handoff, MissedChanges, StartItem } from '../feed/watcher.ts';
import type { PresenceEntry } from '../presence/presence.ts';
import type { Connection } from './connection.ts';
import { MemberWatcher, type WatchInput } from './memberWatcher.ts';
import type { PrivacyWatcher, UserPrivacy } from './privacy/userPrivacy.ts';
import { toStartEvent } from './readSnapshot.ts';
import { requireRoom } from './requireRoom.ts';
import { requireRight } from './rights/requireRight.ts';
import { sanctionError } from './rules/sanctionError.ts';
import type { Services } from './services.ts';
import { requireWatchSlot } from './watchSlots.ts';

/** An event, and the position to resume from after it. */
export interface WatchedEvent {
  kind: 'event';
  position: Position;
  event: FeedEvent;
  /** Whether this connection caused the event. */
  isOwn: boolean;
}

/** An item of a watch: an event or a handoff. */
export type WatchItem = WatchedEvent | Handoff;

/** Converts the items and errors of a watch for its consumer. */
export interface WatchPresenter<T> {
  /** A result that is `done` does not end the watch: the consumer may ask for the next item later. */
  item(item: WatchItem): IteratorResult<T, void>;
  error(error: unknown): unknown;
}

interface WatchOptions<T> extends WatchInput {
  presenter: WatchPresenter<T>;
}

/**
 * Watches a room for a member, from now on or from a given position; see the feed for the guarantees. The caller is present while the watch
 * runs. Ends when `signal` aborts and when the caller leaves the room; throws the connection's error when the server ended the connection.
 */
export function watchRoom<T>(
  services: Services,
  connection: Connection,
  options: WatchOptions<T>,
  // Spelled out: the client's published types derive from it, and can't refer to names of the server.
): AsyncIterableIterator<T, void, void> {
  return new RoomWatchIterator(services, connection, options);
}

let watchCount = 0;

/** A watch that begins with the first `next`. A generator would hold half a kilobyte more for each of many thousands of idle watchers. */
class RoomWatchIterator<T> implements AsyncIterableIterator<T, void, void>, PrivacyWatcher {
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #options: WatchOptions<T>;
  /** Null before the watch has begun. */
  #watcher: MemberWatcher | null = null;
  #items: Watch | null = null;
  /** Settles when the watch has begun; null before and after. */
  #admission: Promise<MemberWatcher | null> | null = null;
  #isRegistered = false;
  #presenceEntry: PresenceEntry | null = null;
  /** The caller's settings, while this watch depends on them. */
  #privacy: UserPrivacy | null = null;
  #isEnded = false;

  constructor(services: Services, connection: Connection, options: WatchOptions<T>) {
    this.#services = services;
    this.#connection = connection;
    this.#options = options;
  }

  async next(): Promise<IteratorResult<T, void>> {
    if (this.#isEnded) return iteratorDone;
    const { presenter } = this.#options;
    try {
      let item = await this.#receive();
      while (item === 'skip') item = await this.#receive();
      if (item !== 'end') return presenter.item(item);
      this.#end();
      const { aborted, reason } = this.#connection.endSignal;
      if (aborted && reason instanceof EarshotError) throw reason;
      return iteratorDone;
    } catch (error) {
      this.#end();
      throw presenter.error(error);
    }
  }

  /** Resolves when the watch holds nothing any more, even if it is ended while it begins. */
  async return(): Promise<IteratorResult<T, void>> {
    this.#end();
    await this.#admission?.catch(() => {}); // `next` throws its error
    return iteratorDone;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  onBlocksChanged(): void {
    this.#items?.restart();
  }

  /** Keeps no reference to the item, so an idle watch retains neither its last event nor its start. */
  async #receive(): Promise<WatchItem | 'skip' | 'end'> {
    if (this.#isEnded) return 'end';
    const watcher = this.#watcher ?? (await this.#start());
    if (this.#items === null || watcher === null) return 'end';
    const { value } = await this.#items.next();
    if (!value) return 'end';
    const item = value.kind === 'handoff' ? value : await this.#receiveItem(value, watcher);
    return this.#isEnded || watcher.signals.some(({ aborted }) => aborted) ? 'end' : item;
  }

  #receiveItem(
    item: StartItem | EventItem | MissedChanges,
    watcher: MemberWatcher,
  ): Promise<WatchedEvent | 'skip' | 'end'> {
    return item.kind === 'missed' ? this.#writeMissed(item, watcher) : this.#toWatchedEvent(item, watcher);
  }

  /** Writes changes that the watcher missed without presenting each of them: the sink has the same form. */
  async #writeMissed(missed: MissedChanges, watcher: MemberWatcher): Promise<'skip' | 'end'> {
    if (!(await watcher.isMember())) return this.#endOfMembership(watcher);
    await this.#connection.transport.writable();
    if (!this.#isEnded && !watcher.signals.some(({ aborted }) => aborted)) missed.write();
    return 'skip';
  }

  /** A watch that ends while it begins stays counted until it has left: otherwise a client could begin any number of them at a time. */
  #start(): Promise<MemberWatcher | null> {
    this.#admission = this.#admit().finally(() => {
      this.#admission = null;
      if (this.#isEnded) this.#unregister();
    });
    return this.#admission;
  }

  /** Admits the watch and makes the caller present. Null if it has ended meanwhile. Throws `TOO_MANY_WATCHES`, `ROOM_FULL` and others. */
  async #admit(): Promise<MemberWatcher | null> {
    const services = this.#services;
    const connection = this.#connection;
    const { roomId } = this.#options;
    services.budget.spend(connection, 'watchRoom');
    const { user } = connection;
    this.#register();
    await requireRight(services, connection, 'watchRoom', { roomId });
    const privacy = await services.privacy.of(user.userId);
    if (this.#isEnded) return null;
    // Two watches of one room on one connection are two entries of one user.
    watchCount += 1;
    const entry = { roomId, user, watchId: `${connection.id}/${watchCount}` };
    await services.localPresence.enter(entry, connection.id);
    this.#presenceEntry = entry;
    connection.presenceEntries = connection.presenceEntries.concat(entry);
    if (this.#isEnded) {
      this.#leavePresence();
      return null;
    }
    this.#privacy = privacy;
    privacy.addWatcher(this);
    this.#watcher = new MemberWatcher(services, connection, { ...this.#options, privacy });
    this.#items = services.hub.watch(roomId, this.#watcher);
    return this.#watcher;
  }

  /** Counts the watch of the connection. Throws `TOO_MANY_WATCHES` when it has the maximum number of them. */
  #register(): void {
    const connection = this.#connection;
    requireWatchSlot(this.#services, connection);
    connection.watchedRoomIds = connection.watchedRoomIds.concat(this.#options.roomId); // a spread array would reserve space for sixteen more
    this.#isRegistered = true;
  }

  async #toWatchedEvent(item: StartItem | EventItem, watcher: MemberWatcher): Promise<WatchedEvent | 'skip' | 'end'> {
    const event = item.kind === 'start' ? await this.#toStartEvent(item, watcher) : watcher.visible(item.event);
    if (event === null) return 'skip';
    if (event.type === 'member.left' || event.type === 'room.removed') {
      if (!watcher.isEnd(event)) return 'skip';
      // The user may have joined again since, and anybody may publish to the broker.
      if (await watcher.isMember({ now: true })) return 'skip';
      if (event.type === 'room.removed') await requireRoom(this.#services.store, this.#options.roomId);
      return this.#endOfMembership(watcher);
    }
    if (event.type === 'user.sanctioned' || event.type === 'user.role') {
      if (!watcher.concernsUser(event)) return 'skip';
      const own =
        event.type === 'user.role' ? await watcher.roleEvent() : { type: 'sanctioned' as const, ...event.sanction };
      return own === null ? 'skip' : { kind: 'event', position: item.position, event: own, isOwn: false };
    }
    if (item.kind === 'event' && watcher.skips(item)) return 'skip';
    // Another history may have other members.
    if (!(await watcher.isMember({ now: event.type === 'reset' }))) return this.#endOfMembership(watcher);
    const connection = this.#connection;
    await connection.transport.writable();
    const isOwn = item.kind === 'event' && item.fromConnectionId === connection.id;
    return { kind: 'event', position: item.position, event, isOwn };
  }

  /** Throws `BANNED` if that is why the watch ends. */
  async #endOfMembership(watcher: MemberWatcher): Promise<'end'> {
    // The end of the membership may arrive while the ban, whose hint came just before, is still being read.
    await this.#services.rules.settled();
    const ban = await watcher.ban();
    if (ban) throw sanctionError(ban);
    return 'end';
  }

  #toStartEvent(item: StartItem, { privacy }: MemberWatcher): Promise<StartEvent> {
    const services = this.#services;
    const connection = this.#connection;
    const { roomId, history } = this.#options;
    services.budget.chargeMessages(connection, item.messages);
    return toStartEvent({ services, connection, privacy }, { ...item, roomId, history });
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    void this.#items?.return();
    this.#privacy?.removeWatcher(this);
    this.#privacy = null;
    this.#leavePresence();
    if (this.#admission === null) this.#unregister();
  }

  #unregister(): void {
    if (!this.#isRegistered) return;
    this.#isRegistered = false;
    const { watchedRoomIds } = this.#connection;
    this.#connection.watchedRoomIds = watchedRoomIds.toSpliced(watchedRoomIds.indexOf(this.#options.roomId), 1);
  }

  #leavePresence(): void {
    const entry = this.#presenceEntry;
    if (entry === null) return;
    const connection = this.#connection;
    this.#presenceEntry = null;
    connection.presenceEntries = connection.presenceEntries.filter((one) => one !== entry);
    this.#services.localPresence.leave(entry, connection.transport.isBroken);
  }
}

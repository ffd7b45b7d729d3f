import {
  EarshotError,
  type HistoryPage,
  type Message,
  type OwnReactions,
  type Position,
  type User,
} from '@earshot/shared';
import type {
  DescribeRequest,
  HistoryQuery,
  InactivityTimes,
  LoggedMessage,
  MessageChange,
  MessageRef,
  NamedRoomRequest,
  NearbyPageSearch,
  NewMessage,
  NewRoomRequest,
  ReadOptions,
  Store,
  TimePage,
} from '../../store/store.ts';
import { neverExpired } from './expiredBefore.ts';
import type { RoomCaches } from './roomCache.ts';
import { UnexpiredReads } from './unexpiredReads.ts';

/**
 * A store with the caches of the rooms that are watched on this instance. It answers from memory what their feeds allow, and reports to
 * them every change that passes through it: a page from memory includes every change that a caller on this instance received. Expired messages
 * do not exist for its callers.
 */
export class CachedStore implements Store {
  readonly #store: Store;
  readonly #reads: UnexpiredReads;
  readonly #caches: Pick<RoomCaches, 'roomCache'>;

  constructor(store: Store, caches: Pick<RoomCaches, 'roomCache'>, expiredBefore = neverExpired) {
    this.#store = store;
    this.#reads = new UnexpiredReads(store, expiredBefore);
    this.#caches = caches;
  }

  get kind(): Store['kind'] {
    return this.#store.kind;
  }

  get audit(): Store['audit'] {
    return this.#store.audit;
  }

  get privacy(): Store['privacy'] {
    return this.#store.privacy;
  }

  get rules(): Store['rules'] {
    return this.#store.rules;
  }

  get erasures(): Store['erasures'] {
    return this.#store.erasures;
  }

  get expiry(): Store['expiry'] {
    return this.#store.expiry;
  }

  get personal(): Store['personal'] {
    return this.#store.personal;
  }

  get memberNames(): Store['memberNames'] {
    return this.#store.memberNames;
  }

  get reports(): Store['reports'] {
    return this.#store.reports;
  }

  async append(message: NewMessage): Promise<{ message: Message; isNew: boolean }> {
    const { roomId } = message;
    const result = await this.#store.append(message, () => this.#caches.roomCache(roomId)?.headMessage);
    this.#noteMessages(roomId, [result.message]);
    return result;
  }

  async change(target: MessageRef, change: MessageChange): Promise<{ message: Message; isChanged: boolean }> {
    if (isAddition(change) && (await this.#reads.hasExpired(target))) throw new EarshotError('MESSAGE_NOT_FOUND');
    const result = await this.#store.change(target, change);
    this.#noteMessages(target.roomId, [result.message]);
    return result;
  }

  async message(target: MessageRef): Promise<Message | null> {
    const message = await this.#reads.message(target);
    if (message) this.#noteMessages(target.roomId, [message]);
    return message;
  }

  async history(roomId: string, page: HistoryQuery): Promise<HistoryPage> {
    const isNewest = page.before === undefined && page.after === undefined;
    const cache = page.allowCached === true && isNewest ? this.#caches.roomCache(roomId) : undefined;
    const cachedPage = await cache?.newestPage(page.limit);
    if (cachedPage) return cachedPage;
    const read = await this.#reads.history(roomId, page);
    this.#noteMessages(roomId, read.messages);
    return read;
  }

  async historyBefore(roomId: string, page: TimePage): Promise<Message[]> {
    return this.#noteMessages(roomId, await this.#reads.historyBefore(roomId, page));
  }

  async snapshot(roomId: string, limit: number): Promise<{ messages: Message[]; head: Position }> {
    const snapshot = await this.#reads.snapshot(roomId, limit);
    this.#noteObserved(roomId, snapshot.head.seq);
    return snapshot;
  }

  async describe(request: DescribeRequest): ReturnType<Store['describe']> {
    const described = await this.#store.describe(request);
    if (described.record) this.#noteObserved(request.roomId, described.record.updatedSeq);
    return described;
  }

  async changesSince(roomId: string, seq: number, limit: number): Promise<LoggedMessage[]> {
    return this.#noteMessages(roomId, await this.#store.changesSince(roomId, seq, limit));
  }

  async heads(roomIds: readonly string[]): Promise<Map<string, Position>> {
    const heads = await this.#store.heads(roomIds);
    for (const [roomId, { seq }] of heads) this.#noteObserved(roomId, seq);
    return heads;
  }

  async newestMessages(roomIds: readonly string[], chars: number): ReturnType<Store['newestMessages']> {
    const newest = await this.#reads.newestMessages(roomIds, chars);
    for (const [roomId, { updatedSeq }] of newest) this.#noteObserved(roomId, updatedSeq);
    return newest;
  }

  async lastChange(roomId: string, seq: number): Promise<Position> {
    const position = await this.#store.lastChange(roomId, seq);
    this.#noteObserved(roomId, position.seq);
    return position;
  }

  isMember(roomId: string, userId: string, { allowCached }: ReadOptions = {}): Promise<boolean> {
    const lookUp = () => this.#store.isMember(roomId, userId);
    const cache = allowCached ? this.#caches.roomCache(roomId) : undefined;
    return cache ? cache.isMember(userId, lookUp) : lookUp();
  }

  async removeMember(roomId: string, userId: string): Promise<boolean> {
    try {
      return await this.#store.removeMember(roomId, userId);
    } finally {
      this.#caches.roomCache(roomId)?.onLeave(userId); // a store that does not answer may have removed the member
    }
  }

  // The remaining methods delegate to the store.

  addMember(roomId: string, user: User): Promise<boolean> {
    return this.#store.addMember(roomId, user);
  }

  ownReactions(roomId: string, of: { userId: string; messageIds: readonly string[] }): Promise<OwnReactions[]> {
    return this.#store.ownReactions(roomId, of);
  }

  nearestOrNewRoom(request: NewRoomRequest): ReturnType<Store['nearestOrNewRoom']> {
    return this.#store.nearestOrNewRoom(request);
  }

  namedRoom(request: NamedRoomRequest): ReturnType<Store['namedRoom']> {
    return this.#store.namedRoom(request);
  }

  room(roomId: string): ReturnType<Store['room']> {
    return this.#store.room(roomId);
  }

  roomsNear(cell: string, radius: number, limit: number): ReturnType<Store['roomsNear']> {
    return this.#store.roomsNear(cell, radius, limit);
  }

  roomsNearPage(search: NearbyPageSearch): ReturnType<Store['roomsNearPage']> {
    return this.#store.roomsNearPage(search);
  }

  idleRooms(before: Date, limit: number): Promise<string[]> {
    return this.#store.idleRooms(before, limit);
  }

  resetIdleTime(roomIds: readonly string[]): Promise<void> {
    return this.#store.resetIdleTime(roomIds);
  }

  inactiveRooms(before: Date, limit: number): Promise<string[]> {
    return this.#store.inactiveRooms(before, limit);
  }

  endMemberships(roomIds: readonly string[], times: InactivityTimes): Promise<number> {
    return this.#store.endMemberships(roomIds, times);
  }

  vacatedRooms(before: Date, limit: number): Promise<string[]> {
    return this.#store.vacatedRooms(before, limit);
  }

  removeRooms(roomIds: readonly string[], before: Date): Promise<string[]> {
    return this.#store.removeRooms(roomIds, before);
  }

  purgeRemovedRooms(): Promise<boolean> {
    return this.#store.purgeRemovedRooms();
  }

  wasRemoved(roomId: string): Promise<boolean> {
    return this.#store.wasRemoved(roomId);
  }

  forgetRemovedRooms(before: Date, limit: number): Promise<number> {
    return this.#store.forgetRemovedRooms(before, limit);
  }

  saveLocation(user: User, cell: string, at: Date): Promise<void> {
    return this.#store.saveLocation(user, cell, at);
  }

  location(userId: string): ReturnType<Store['location']> {
    return this.#store.location(userId);
  }

  forgetLocations(at: Date): Promise<number> {
    return this.#store.forgetLocations(at);
  }

  ping(): Promise<void> {
    return this.#store.ping();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #noteObserved(roomId: string, seq: number): void {
    this.#caches.roomCache(roomId)?.noteObserved(seq);
  }

  #noteMessages<T extends Message>(roomId: string, messages: T[]): T[] {
    const cache = this.#caches.roomCache(roomId);
    if (cache) for (const { updatedSeq } of messages) cache.noteObserved(updatedSeq);
    return messages;
  }
}

/** Whether the change adds something to a message. Expired messages may still be deleted and erased. */
const isAddition = ({ type }: MessageChange): boolean => type === 'edit' || type === 'react';

import type { HistoryPage, Message, Position } from '@earshot/shared';
import { headMaxAgeMs, type LoggedMessage } from '../../store/store.ts';
import { MembershipCache } from './membershipCache.ts';
import { type DeliveryState, NewestPageCache, type PageLru } from './newestPageCache.ts';

/** The caches of the rooms that are watched on this instance. */
export interface RoomCaches {
  /** Undefined for a room without a watcher on this instance. */
  roomCache(roomId: string): RoomCache | undefined;
  /** Rooms with cached newest messages. Zero after churn. */
  readonly cachedPages: number;
}

/** The state of a room's feed that decides what may be answered from memory. */
interface FeedState extends DeliveryState {
  /** Whether the feed receives the room's events from the broker. */
  readonly isSubscribed: boolean;
}

interface RoomCacheOptions {
  feed: FeedState;
  /** Reads the newest messages and their position from the store. */
  snapshot: (limit: number) => Promise<{ messages: Message[]; head: Position }>;
  pageLru: PageLru;
  /** The time, in milliseconds since 1970, before which messages have expired; null: they do not expire. */
  expiredBefore: () => number | null;
}

/** The caches of one watched room, which its feed keeps current: the newest page, positive membership checks and the head of the log. */
export class RoomCache {
  readonly #feed: FeedState;
  readonly #newestPage: NewestPageCache;
  readonly #membership = new MembershipCache();
  /** The change delivered last. */
  #headMessage: Message | undefined;
  /** When the store was last asked and had no change that is missing here. */
  #headConfirmedAt = Number.NEGATIVE_INFINITY;

  constructor({ feed, ...options }: RoomCacheOptions) {
    this.#feed = feed;
    this.#newestPage = new NewestPageCache({ feed, ...options });
  }

  /**
   * Resolves to the newest messages, as the store would return them. They include every change that this instance sent to a caller. The page
   * is the same object until a change arrives. Null if the messages must be read from the store. Rejects when the store fails.
   */
  async newestPage(limit: number): Promise<HistoryPage | null> {
    await this.#newestPage.load();
    return this.#newestPage.messageWindow?.page(limit) ?? null;
  }

  /** Like `newestPage`, with the position of the room. `load`: reads the messages from the store if they are not in memory yet. */
  async snapshot(
    limit: number,
    { load }: { load: boolean },
  ): Promise<{ messages: Message[]; head: Position } | undefined> {
    if (load) await this.#newestPage.load();
    return this.cachedSnapshot(limit);
  }

  /** The same as `snapshot` without a read; undefined if the messages are not in memory. */
  cachedSnapshot(limit: number): { messages: Message[]; head: Position } | undefined {
    const { messageWindow } = this.#newestPage;
    return messageWindow ? { messages: messageWindow.page(limit).messages, head: messageWindow.head } : undefined;
  }

  /** Resolves to whether the user is a member: from memory while departures are received, or else from `lookUp`. */
  isMember(userId: string, lookUp: () => Promise<boolean>): Promise<boolean> {
    return this.#feed.isSubscribed ? this.#membership.check(userId, lookUp) : lookUp();
  }

  /**
   * The message at the head of the room's log, at most `headMaxAgeMs` old. Undefined if it is unknown, or if the head is a change of an
   * older message: that may be one of several changes in one write, and no number may be assigned in the middle of a write.
   */
  get headMessage(): Message | undefined {
    const { seq, updatedSeq } = this.#headMessage ?? {};
    if (seq !== updatedSeq || !this.#feed.isComplete) return undefined;
    return performance.now() - this.#headConfirmedAt < headMaxAgeMs ? this.#headMessage : undefined;
  }

  /** Records that a caller on this instance received the change `seq` by other means than the feed. */
  noteObserved(seq: number): void {
    this.#newestPage.noteObserved(seq);
  }

  /** Called for each change that the feed delivers. */
  onChange(message: LoggedMessage): void {
    this.#headMessage = message;
    this.#newestPage.apply(message);
  }

  onLeave(userId: string): void {
    this.#membership.onLeave(userId);
  }

  /** Called when the room was removed. */
  onRemoved(): void {
    this.#membership.clear();
    this.dropMessages();
  }

  /** Called when the store, asked at that time, had no change that is missing here. */
  onHeadConfirmed(askedAt: number): void {
    this.#headConfirmedAt = askedAt;
  }

  /** Clears the cached members and the head of the log, because the broker may have lost an event. */
  onInterrupted(): void {
    this.#membership.clear();
    this.#headConfirmedAt = Number.NEGATIVE_INFINITY;
  }

  /** Drops the messages and the head of the log, because the store seems to have another history. */
  dropMessages(): void {
    this.#newestPage.drop();
    this.#headMessage = undefined;
  }

  close(): void {
    this.#newestPage.close();
  }
}

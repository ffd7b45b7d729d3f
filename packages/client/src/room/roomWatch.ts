import { fullyQualified, limits, type Message, type Room, type RoomEvent } from '@earshot/shared';
import type { EarshotApi } from '../api.ts';
import { type RetryOptions, withRetry } from '../connection/withRetry.ts';
import { asEarshotError, EarshotClientError } from '../errors.ts';
import { randomId } from '../lib/randomId.ts';
import { callSafely, type Readable, Value } from '../lib/value.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { MessageExpiry } from './messageExpiry.ts';
import { OwnReactionsLoader } from './ownReactionsLoader.ts';
import { reduceTimeline } from './reduceTimeline.ts';
import { RoomPages } from './roomPages.ts';
import { keepSubscribedToRoom } from './roomSubscription.ts';
import { emptyTimeline, type RoomTimeline, type TimelineAction } from './roomTimeline.ts';
import { TypingExpiry, TypingSender } from './typingSignal.ts';

/** The current state of a subscribed room. */
export interface RoomState extends Omit<RoomTimeline, 'log' | 'lastEventId' | 'userId'> {
  readonly room: Room;
  /** `live`: events arrive as they happen. `connecting`: they are interrupted and will resume. `stopped`: they will not resume. */
  readonly status: 'connecting' | 'live' | 'stopped';
  /** The reason why the room is not live; null while it is, or before the first attempt. */
  readonly error: EarshotClientError | null;
}

/** What to change in a room. */
export interface RoomDescription {
  title?: string | null;
  topic?: string | null;
}

export interface WatchOptions {
  /** The number of newest messages to start with, 0 to 100. Default: 50. */
  history?: number;
  /** Called with the reason when the room can't be joined yet, before each retry. */
  onJoinDelayed?: (error: EarshotClientError) => void;
  /** Aborting cancels the join. It does not end a joined room. */
  signal?: AbortSignal;
  /** Called after each change of the state. */
  onChange?: (state: RoomState) => void;
  /** Called with each event, and the state after it. */
  onEvent?: (event: RoomEvent, state: RoomState) => void;
}

export interface RoomWatchDeps {
  trpc: EarshotApi;
  outbox: Outbox;
  retry: RetryOptions;
}

/** A joined room with a live subscription, until `close` or `leave`. */
export class RoomWatch {
  /** The room when it was joined. `state` has the current one. */
  readonly room: Room;
  /** Whether the join created the room. */
  readonly isNew: boolean;
  readonly state: Readable<RoomState>;
  readonly #state: Value<RoomState>;
  readonly #deps: RoomWatchDeps;
  readonly #options: WatchOptions;
  readonly #ended = new AbortController();
  readonly #typingSender: TypingSender;
  readonly #typingExpiry = new TypingExpiry((userId) => this.#dispatch({ type: 'typingEnded', userId }));
  readonly #messageExpiry = new MessageExpiry(() => this.#onExpiryDue());
  readonly #ownReactions: OwnReactionsLoader;
  readonly #pages: RoomPages;
  #timeline: RoomTimeline;

  constructor(joined: { room: Room; isNew: boolean; userCount: number }, options: WatchOptions, deps: RoomWatchDeps) {
    this.room = joined.room;
    this.isNew = joined.isNew;
    this.#deps = deps;
    this.#options = options;
    this.#ownReactions = new OwnReactionsLoader({
      query: (messageIds) => {
        const query = () => deps.trpc.messages.ownReactions.query({ roomId: this.room.id, messageIds });
        return withRetry(query, { ...deps.retry, signal: this.#ended.signal });
      },
      onLoaded: (epoch, answer) => {
        this.#dispatch({ type: 'ownReactionsLoaded', epoch, answer });
        this.#ownReactions.update(this.#timeline);
      },
    });
    this.#pages = new RoomPages({
      query: (range) =>
        deps.trpc.messages.history.query({ roomId: this.room.id, ...range }).catch((error: unknown) => {
          throw asEarshotError(error);
        }),
      timeline: () => this.#timeline,
      dispatch: (action) => this.#dispatch(action),
      signal: this.#ended.signal,
    });
    this.#timeline = { ...emptyTimeline, room: joined.room, userCount: joined.userCount };
    this.#state = new Value(this.#view({ status: 'connecting', error: null }));
    this.state = this.#state;
    this.#typingSender = new TypingSender((isTyping) => {
      // Typing is ephemeral, so errors are ignored and not retried.
      deps.trpc.presence.typing.mutate({ roomId: this.room.id, isTyping }).catch(() => {});
    });
    const unsubscribe = deps.outbox.subscribe(joined.room.id, (event) => this.#dispatch(event));
    this.#ended.signal.addEventListener('abort', unsubscribe, { once: true });
    if (options.onChange) this.#state.subscribe(options.onChange);
    deps.retry.signal.addEventListener('abort', () => this.close(), { once: true, signal: this.#ended.signal });
    this.#watch();
  }

  /**
   * Sends a message. It is added to `pending` at once, sent as soon as there is a connection, and stored once.
   * Resolves with the stored message. The state has failures too, so the promise may be ignored.
   */
  send(content: string): Promise<Message> {
    this.#typingSender.reset();
    const message = { clientMessageId: randomId(), roomId: this.room.id, content, sentAt: new Date() };
    return this.#deps.outbox.send(message);
  }

  /** Sends a failed message again. */
  retry(clientMessageId: string): Promise<Message> {
    return this.#deps.outbox.retry(clientMessageId);
  }

  /** Removes a failed or waiting message. Returns whether it did. */
  drop(clientMessageId: string): boolean {
    return this.#deps.outbox.drop(clientMessageId);
  }

  edit(messageId: string, content: string): Promise<Message> {
    return this.#change((trpc, roomId) => trpc.messages.edit.mutate({ roomId, messageId, content }));
  }

  remove(messageId: string): Promise<Message> {
    return this.#change((trpc, roomId) => trpc.messages.delete.mutate({ roomId, messageId }));
  }

  /** Adds the user's emoji to a message, or removes it if `on` is false. */
  react(messageId: string, emoji: string, on = true): Promise<Message> {
    const reacted = { emoji: fullyQualified(emoji), on };
    return this.#change((trpc, roomId) => trpc.messages.react.mutate({ roomId, messageId, emoji, on }), reacted);
  }

  /**
   * Sets the room's title (60 characters) and topic (200). Null removes one, and without the field it stays. Only the user who made the
   * room may (`state.room.ownerId`); rejects with an EarshotClientError. `state.room` follows with the event.
   */
  async describe(change: RoomDescription): Promise<Room> {
    try {
      return await this.#deps.trpc.rooms.describe.mutate({ roomId: this.room.id, ...change });
    } catch (error) {
      throw asEarshotError(error);
    }
  }

  /** Loads the page before the oldest message shown, at most `limit` (100) messages. Resolves to whether there are more. */
  loadOlder(limit: number = limits.historyDefault): Promise<boolean> {
    return this.#pages.loadOlder(limit);
  }

  /**
   * Removes the oldest messages from the state, so that `keep` remain and memory stays bounded. `loadOlder`
   * loads their current versions again.
   */
  trim(keep: number): void {
    this.#dispatch({ type: 'trimmed', keep });
  }

  /**
   * Removes the newest messages from the state, so that the oldest `keep` (at least one) remain, and ignores new ones:
   * for users who read old messages in a busy room. `loadNewer` and `loadNewest` load them again.
   */
  trimNewest(keep: number): void {
    this.#dispatch({ type: 'newestTrimmed', keep });
  }

  /** Loads the page after the newest message shown, if the newest were removed. Resolves to whether there are more. */
  loadNewer(limit: number = limits.historyDefault): Promise<boolean> {
    return this.#pages.loadNewer(limit);
  }

  /** Replaces the messages shown by the newest ones, if those were removed. */
  loadNewest(limit: number = limits.historyDefault): Promise<void> {
    return this.#pages.loadNewest(limit);
  }

  /** Signals to the others that the user types or stopped typing. May be called for every key press. */
  setTyping(isTyping: boolean): void {
    if (!this.#ended.signal.aborted) this.#typingSender.set(isTyping);
  }

  /** Ends the membership and the subscription. */
  async leave(): Promise<void> {
    try {
      await this.#deps.trpc.rooms.leave.mutate({ roomId: this.room.id });
    } catch (error) {
      throw asEarshotError(error);
    }
    this.close();
  }

  /** Ends the subscription. The user stays a member, and pending messages are still sent. A later subscription shows them. */
  close(): void {
    if (this.#ended.signal.aborted) return;
    this.#show('stopped', null);
    this.#ended.abort(new EarshotClientError('ABORTED'));
    this.#typingExpiry.clear();
    this.#messageExpiry.clear();
  }

  #watch(): void {
    const { trpc, retry } = this.#deps;
    void keepSubscribedToRoom({
      trpc,
      roomId: this.room.id,
      history: this.#options.history,
      retry: { ...retry, signal: this.#ended.signal },
      lastEventId: () => this.#timeline.lastEventId,
      onEvent: (event, id) => this.#receive(event, id),
      onLive: () => this.#show('live', null),
      onInterrupted: (error) => this.#show('connecting', error ?? this.#state.get().error),
      onStopped: (error) => this.#show('stopped', error),
    });
  }

  #receive(event: RoomEvent, id: string): void {
    if (this.#ended.signal.aborted) return;
    this.#ownReactions.onEvent(event, this.#timeline);
    this.#dispatch({ type: 'received', event, id });
    if (event.type === 'typing') this.#typingExpiry.onTyping(event.user, event.isTyping);
    const { onEvent } = this.#options;
    if (onEvent) callSafely(() => onEvent(event, this.#state.get()));
  }

  async #change(
    call: (trpc: RoomWatchDeps['trpc'], roomId: string) => Promise<Message>,
    reacted?: { emoji: string; on: boolean },
  ): Promise<Message> {
    const { epoch } = this.#timeline.log;
    try {
      const message = await call(this.#deps.trpc, this.room.id);
      // After a reset the response may be of a lost history. Otherwise an event or the reset has the change.
      if (this.#timeline.log.epoch === epoch) this.#dispatch({ type: 'answered', message, reacted });
      return message;
    } catch (error) {
      throw asEarshotError(error);
    }
  }

  #dispatch(action: TimelineAction): void {
    const previous = this.#timeline;
    const next = this.#withoutExpired(reduceTimeline(previous, action), action);
    if (next === previous) return;
    this.#timeline = next;
    if (!this.#ended.signal.aborted) this.#messageExpiry.schedule(next);
    this.#state.set(this.#view(this.#state.get()));
    const mayNeedOwnReactions = next.messages !== previous.messages || next.ownReactions !== previous.ownReactions;
    if (mayNeedOwnReactions) this.#ownReactions.update(next);
  }

  #onExpiryDue(): void {
    const before = this.#messageExpiry.expiredBefore(this.#timeline);
    // A timer may be early, and waits at most a day.
    if (before === null) this.#messageExpiry.schedule(this.#timeline);
    else this.#dispatch({ type: 'expired', before });
  }

  #withoutExpired(timeline: RoomTimeline, action: TimelineAction): RoomTimeline {
    this.#messageExpiry.noteReturned(returnedBy(action), timeline);
    const before = this.#messageExpiry.expiredBefore(timeline);
    return before === null ? timeline : reduceTimeline(timeline, { type: 'expired', before });
  }

  #show(status: RoomState['status'], error: EarshotClientError | null): void {
    const state = this.#state.get();
    if (this.#ended.signal.aborted || (state.status === status && state.error === error)) return;
    this.#state.set(this.#view({ status, error }));
  }

  #view({ status, error }: Pick<RoomState, 'status' | 'error'>): RoomState {
    const { log: _, lastEventId: __, userId: ___, ...timeline } = this.#timeline;
    return { ...timeline, room: timeline.room ?? this.room, status, error };
  }
}

/** The messages that the server returned, in order. */
function returnedBy(action: TimelineAction): readonly Message[] {
  if ('page' in action) return action.page.messages;
  return action.type === 'received' && 'messages' in action.event ? action.event.messages : [];
}

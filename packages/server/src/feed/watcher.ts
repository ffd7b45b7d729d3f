import type { GivenPosition, Message, Position } from '@earshot/shared';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { BrokerEvent, FeedEvent } from './envelope.ts';

/** A watcher of a room, as the room's feed sees it. */
export interface Watcher {
  /** Number of newest messages in a start. */
  readonly history: number;
  /** The position to resume from: later changes are replayed, without a start if that is possible. */
  readonly after?: GivenPosition | undefined;
  /** The watch begins with a `reset` although there is a position, because the watcher has outdated messages. Default: false. */
  readonly needsReset?: boolean;
  /** Any of these signals ends the watch. */
  readonly signals: readonly AbortSignalLike[];
  /** Applies backpressure to the reads for this watcher. */
  readonly readLimiter?: ReadLimiter | undefined;
  /** Where the fan-out writes events while the watcher is up to date. Without a sink every event is an item. */
  readonly sink?: Sink | undefined;
  /** Returns true for an event that the watcher must receive as an item. `now`: from `performance.now()`. */
  needsSlowPath?(event: BrokerEvent, fromConnectionId: string, now: number): boolean;
  /** The users whose events the watcher hides. Must not change without a `restart` of the watch. Default: none. */
  readonly hiddenUsers?: ReadonlySet<string> | undefined;
  /** Returns true for an event that the watcher does not receive: the fan-out leaves it out. Called only for events of `hiddenUsers`. */
  hides?(event: FeedEvent): boolean;
  /**
   * Called with each event that the feed has while the watcher still receives earlier changes. Called with undefined if the watcher will not receive some
   * events, because they have left the ring. The next item must take them into account.
   */
  onUnread?(event: BrokerEvent | undefined): void;
  /**
   * Until this time (from `performance.now()`), no change needs the slow path, unless it is of `hiddenUsers`: no call is needed before then.
   * Default: 0.
   */
  readonly fastPathUntil?: number;
}

/**
 * The output of one watcher. Implementations: for tRPC, `RoomSink` in `transport/trpc/roomSink.ts`; for the legacy wire,
 * `SharedFrames.sink` in `transport/legacy/sharedFrames.ts`, which `RoomSession` wraps.
 */
export interface Sink {
  readonly codec: Codec;
  /** Sinks with equal keys receive identical bytes. */
  readonly key: string;
  /** Encodes the text as whole frames. */
  frame(text: string): Uint8Array;
  /** Writes bytes of whole frames. Returns false, and writes nothing, when too many bytes are unsent. */
  write(bytes: Uint8Array): boolean;
}

/** Encodes an event as text. All sinks that share the codec share the text. */
export interface Codec {
  /** `position`: where a watcher resumes after the event. Null if the event sends nothing to watchers. */
  encode(event: FeedEvent, position: Position): string | null;
}

/** Applies backpressure to the reads of one watcher, so that many watchers hold little in memory at a time. */
export interface ReadLimiter {
  /**
   * Resolves when a start may be read. The caller must call the resolved function once the watcher has received it. Rejects when the signal
   * aborts.
   */
  acquireStart(signal: AbortSignalLike): Promise<() => void>;
  /** Like `acquirePage`, if there is nothing to wait for; otherwise returns undefined. */
  tryAcquirePage(): PagePermit | undefined;
  /** Resolves when a page of a replay may be read. Rejects when the signal aborts. */
  acquirePage(signal: AbortSignalLike): Promise<PagePermit>;
}

/** Allows one page of a replay. It reserves the cost of a full page until the page is charged, so that the cost is not spent twice. */
export interface PagePermit {
  /** Charges the missed messages of the page. Called once they are known, and before the watcher receives them. */
  charge(messages: readonly Message[]): void;
  /** Must be called once the watcher has received the page, or does not receive one. Further calls do nothing. */
  release(): void;
}

/** An item of a feed's watch. */
export type FeedItem = StartItem | EventItem | MissedChanges | Handoff;

/** The start of a watch: the newest messages, and the position of the latest change in them. */
export interface StartItem {
  kind: 'start';
  type: 'snapshot' | 'reset';
  messages: Message[];
  position: Position;
}

/** The next event. `position`: of the change itself, or for an ephemeral event the position of the last change before it. */
export interface EventItem {
  kind: 'event';
  event: BrokerEvent;
  fromConnectionId: string;
  position: Position;
}

/**
 * Changes that a watcher with a sink missed. `write` writes them to the sink at once, in frames shared by all watchers who missed the same changes,
 * up to the first that needs the slow path or that the sink refuses. The others follow as events.
 */
export interface MissedChanges {
  kind: 'missed';
  write(): void;
}

/**
 * The watcher is up to date and has a sink: `begin` lets the fan-out write its events. Request the next item when `onEnd` is called.
 * Nothing is awaited in the meantime, so each of many thousands of watchers holds little memory. If `begin` is not called, the next
 * event is an item.
 */
export interface Handoff {
  kind: 'handoff';
  /** Returns a function that immediately writes the watcher's pending events, until `onEnd` is called. */
  begin(onEnd: () => void): () => void;
}

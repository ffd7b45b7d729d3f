import type { GivenPosition, Message, Position } from '@earshot/shared';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { BrokerEvent, FeedEvent } from './envelope.ts';

/** A subscriber of a room, as the room's feed sees it. */
export interface Subscriber {
  /** Number of newest messages in a start. */
  readonly history: number;
  /** The position to resume from: later changes are replayed, without a start if that is possible. */
  readonly after?: GivenPosition | undefined;
  /** Any of these signals ends the subscription. */
  readonly signals: readonly AbortSignalLike[];
  /** Applies backpressure to the reads for this subscriber. */
  readonly readLimiter?: ReadLimiter | undefined;
  /** Where the fan-out writes events while the subscriber is up to date. Without a sink every event is an item. */
  readonly sink?: Sink | undefined;
  /** Returns true for an event that the subscriber must receive as an item. `now`: from `performance.now()`. */
  needsSlowPath?(event: BrokerEvent, from: string, now: number): boolean;
  /** Until this time (from `performance.now()`), no change needs the slow path, so that no call is needed before then. Default: 0. */
  readonly fastPathUntil?: number;
}

/**
 * The output of one subscriber. Implementations: for tRPC, `RoomSink` in `transport/trpc/roomSink.ts`; for the legacy wire,
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
  /** `position`: where a subscriber resumes after the event. Null if the event sends nothing to subscribers. */
  encode(event: FeedEvent, position: Position): string | null;
}

/** Applies backpressure to reads from the store for one subscriber, so that many subscribers hold little in memory at a time. */
export interface ReadLimiter {
  /**
   * Resolves when a `start`, or a page of a `replay`, may be read. The caller must call the resolved function once the subscriber has
   * received it. Rejects when the signal aborts.
   */
  acquire(what: 'start' | 'replay', signal: AbortSignalLike): Promise<() => void>;
  /** Called before the subscriber receives messages that it missed. */
  noteReplayed(messages: readonly Message[]): void;
}

/** What a subscriber receives. */
export type FeedItem = StartItem | EventItem | Handoff;

/** The start of a subscription: the newest messages, and the position of the latest change in them. */
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
  from: string;
  position: Position;
}

/**
 * The subscriber is up to date and has a sink: `begin` lets the fan-out write its events. Request the next item when `ended` is called.
 * Nothing is awaited in the meantime, so each of many thousands of subscribers holds little memory. If `begin` is not called, the next
 * event is an item.
 */
export interface Handoff {
  kind: 'handoff';
  /** Returns a function that immediately writes the subscriber's pending events, until `ended` is called. */
  begin(ended: () => void): () => void;
}

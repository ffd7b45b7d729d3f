import {
  continues,
  emptyPosition,
  type GivenPosition,
  isFullPage,
  limits,
  type Message,
  type Position,
  positionOf,
} from '@earshot/shared';
import { pause, unlessAborted } from './abort.ts';
import { type BrokerEvent, isChange } from './envelope.ts';
import type { Pace } from './pace.ts';
import { forReader, Replay } from './replay.ts';
import { Cursor, type Entry } from './ring.ts';
import type { RoomFeed } from './roomFeed.ts';
import type { Sink } from './seat.ts';
import { partFor, Slice } from './slice.ts';
import type { Signal } from './stop.ts';

export interface WatchOptions {
  /** Number of newest messages in a start. */
  history: number;
  /** The position to resume from: later changes are replayed, without a start if that is possible. */
  after?: GivenPosition | undefined;
  /** The watcher's state belongs to a replaced history: it starts with a `reset`, whatever else is requested. */
  isLost?: boolean;
  /** Lets the watcher use shared delivery while it is up to date. */
  carriage?: Carriage | undefined;
  /** Applies backpressure to the reads for this watcher. */
  pace?: Pace | undefined;
}

/** Options for delivering to a watcher without the items passing through its iterator. */
export interface Carriage {
  /** Returns the watcher's sink; undefined while it is unknown. Called whenever the watcher is up to date. */
  sink: () => Sink | undefined;
  /** Returns true for an event that the watcher must receive as an item. `now`: the time in milliseconds. */
  isParticular: (event: BrokerEvent, from: string, now: number) => boolean;
  /**
   * Returns the time, in milliseconds since the epoch, until which no change needs the slow path, so that no call is needed before then.
   */
  changesPlainUntil: () => number;
}

export type FeedItem =
  | Start
  /** The next event. `position`: of the change itself, or for an ephemeral event the position of the last change before it. */
  | { kind: 'event'; event: BrokerEvent; from: string; position: Position }
  | Ride;

/** The start of a watch: the newest messages, and the position of the latest change in them. */
interface Start {
  kind: 'start';
  type: 'snapshot' | 'reset';
  messages: Message[];
  position: Position;
}

/**
 * The watcher is up to date and has a sink: shared delivery may start with `begin`. Request the next item when `ended` is called. Nothing
 * is awaited in the meantime, so each of many thousands of watchers holds little memory.
 */
export interface Ride {
  kind: 'ride';
  /** Returns a function that immediately writes the watcher's pending entries, until `ended` is called. */
  begin: (ended: () => void) => () => void;
}

/**
 * Yields the items of one watcher: a start if it needs one, then every change after its position, once and in order. The caller attaches to
 * the feed before the first read. The watcher reads at its own pace; when it falls behind the feed's ring, it continues from the store.
 * Ends when the feed is replaced. Rejects when the start can't be read or the signal aborts.
 */
export async function* follow(
  feed: RoomFeed,
  offset: number,
  { history, after, isLost = false, carriage, pace }: WatchOptions,
  signal: Signal,
): AsyncGenerator<FeedItem, void> {
  await unlessAborted(feed.opened, signal);
  let position = after && !isLost ? await unlessAborted(findPosition(feed, after), signal) : null;
  if (position === null) {
    const type = after || isLost ? 'reset' : 'snapshot';
    const end = await pace?.begin('start', signal);
    try {
      let start: Start | null = await unlessAborted(readStart(feed, history, type), signal);
      position = start.position;
      await turnFor(feed, partFor(start.messages), signal);
      yield start;
      start = null; // a generator that waits for hours would keep all its messages
    } finally {
      end?.();
    }
  }

  const cursor = new Cursor(position, offset);
  const slice = new Slice(feed.share);
  let known = position.seq;
  /** Up to this number, the watcher's changes are replayed ones. */
  const missedTo = feed.last;
  const isParticular = ({ event, from }: Entry, now: number) =>
    (event.type === 'message.created' && event.message.seq <= known) ||
    carriage?.isParticular(event, from, now) === true;
  while (!signal.aborted && !feed.replaced) {
    const entry = cursor.next(feed.ring);
    if (entry === undefined) {
      // A watcher that read the store ahead of the feed has other positions than the rest until the feed catches up.
      const sink = cursor.seq === feed.last ? carriage?.sink() : undefined;
      const plain = { plainUntil: carriage?.changesPlainUntil() ?? 0, plainAfter: known };
      const passenger = sink && { cursor, sink, isParticular, ...plain };
      if (passenger) yield { kind: 'ride', begin: (ended) => feed.fanOut.carry(passenger, signal, ended) };
      else await feed.grown(signal);
    } else if (entry === 'behind') {
      yield* catchUp(feed, { cursor, pace, slice, signal });
      known = cursor.seq;
    } else {
      const event = isChange(entry.event)
        ? forReader(entry.event, known, cursor.takeUnseenAt(entry.event.message.seq))
        : entry.event;
      if (isChange(event) && event.message.updatedSeq <= missedTo) pace?.replays([event.message]);
      yield { kind: 'event', event, from: entry.from, position: cursor.position };
      const rest = slice.add(event);
      if (rest) await rest;
    }
  }
}

/** Waits for a turn of the event loop with that share left. */
async function turnFor(feed: RoomFeed, part: number, signal: Signal): Promise<void> {
  const wait = feed.share.take(part);
  if (wait) await unlessAborted(wait, signal);
}

async function readStart(feed: RoomFeed, history: number, type: Start['type']): Promise<Start> {
  const { messages, head } = await feed.snapshot(history);
  return { kind: 'start', type, messages, position: head };
}

/** Returns the position to resume from; null if too many changes were missed or the history was replaced since. */
async function findPosition(feed: RoomFeed, { seq, time }: GivenPosition): Promise<Position | null> {
  const head = seq <= feed.last ? feed.position : await feed.head();
  if (seq > head.seq || head.seq - seq > limits.missedChangesMax) return null;
  if (seq === 0) return emptyPosition;
  const found = seq === head.seq ? head : await feed.lastChange(seq);
  if (time === null) return { seq, time: found.time };
  return continues({ seq, time }, found) ? { seq, time } : null;
}

interface CatchUp {
  cursor: Cursor;
  pace: Pace | undefined;
  slice: Slice;
  signal: Signal;
}

/** Reads the store to its end, page by page, as fast as the watcher consumes it. */
async function* catchUp(feed: RoomFeed, { cursor, pace, slice, signal }: CatchUp): AsyncGenerator<FeedItem, void> {
  const replay = new Replay(cursor.seq, cursor.takeUnseen());
  let isFirst = true;
  let isFull = true;
  while (isFull) {
    // Earlier events took their own share of this turn, and the page takes another.
    if (!isFirst) await unlessAborted(feed.share.later(), signal);
    const end = await pace?.begin('replay', signal);
    // Only the first page may be older than the request. If a later page were older than the one before it, a message that moved between
    // the two would be on neither.
    try {
      const page = await unlessAborted(feed.changesSince(cursor.seq, isFirst ? 'shared' : 'fresh'), signal);
      if (page.length > 0) await unlessAborted(feed.share.later(partFor(page)), signal);
      pace?.replays(page);
      isFirst = false;
      isFull = isFullPage(page, feed.pageSize) && !feed.replaced;
      // The ring is ahead of the store. This can't last, unless the store was restored, which the hub detects.
      if (page.length === 0 && cursor.seq < feed.ring.floor) await pause(storeLagMs, signal);
      for (const message of page) {
        cursor.advanceTo(positionOf(message));
        const event = replay.event(message);
        yield { kind: 'event', event, from: '', position: cursor.position };
        const rest = slice.add(event);
        if (rest) await rest;
        signal.throwIfAborted();
      }
    } finally {
      end?.();
    }
  }
}

const storeLagMs = 250;

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
  /** How many of the newest messages a start carries. */
  history: number;
  /** Where the watcher was: what came after it is replayed, and there is no start if that can be done. */
  after?: GivenPosition | undefined;
  /** What the watcher knows is of a history that is gone: it starts with a `reset`, whatever else is asked for. */
  isLost?: boolean;
  /** Lets the watcher be served together with others while it is up to date. */
  carriage?: Carriage | undefined;
  /** Holds back what is read for it. */
  pace?: Pace | undefined;
}

/** How a watcher may be served without the items passing through its hands. */
export interface Carriage {
  /** Where it is written to; undefined as long as that is not known. Asked whenever the watcher is up to date. */
  sink: () => Sink | undefined;
  /** Tells an event that the watcher must get as an item. `now`: the time in milliseconds. */
  isParticular: (event: BrokerEvent, from: string, now: number) => boolean;
  /** Up to when, in milliseconds since the epoch, that is never a change: nobody need ask then. */
  changesPlainUntil: () => number;
}

export type FeedItem =
  | Start
  /** What happened next. `position`: after a change its own, after a passing event that of the last change before it. */
  | { kind: 'event'; event: BrokerEvent; from: string; position: Position }
  | Ride;

/** Where the watcher begins: the newest messages, and the position of the latest change in them. */
interface Start {
  kind: 'start';
  type: 'snapshot' | 'reset';
  messages: Message[];
  position: Position;
}

/**
 * The watcher is up to date, and has a sink: it may be served together with others from `begin` on. What comes next is to be
 * asked for when `ended` was called. Meanwhile nobody waits for anything: of many thousands of watchers, each holds little.
 */
export interface Ride {
  kind: 'ride';
  /** Gives how to have written, at once, what waits to be written to the watcher until it `ended`. */
  begin: (ended: () => void) => () => void;
}

/**
 * What one watcher gets: a start where it needs one, then every change after its position, once and in order. It was
 * attached to the feed before anything is read for it here. It reads at its own pace; when it falls behind the feed's
 * ring it goes on from the store. Ends when the feed is replaced; rejects when the start can't be read and when the signal
 * aborts.
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
      start = null; // one that rests for hours would keep all its messages
    } finally {
      end?.();
    }
  }

  const cursor = new Cursor(position, offset);
  const slice = new Slice(feed.share);
  let known = position.seq;
  /** Up to here, what the watcher is given is what it missed. */
  const missedTo = feed.last;
  const isParticular = ({ event, from }: Entry, now: number) =>
    (event.type === 'message.created' && event.message.seq <= known) ||
    carriage?.isParticular(event, from, now) === true;
  while (!signal.aborted && !feed.replaced) {
    const entry = cursor.next(feed.ring);
    if (entry === undefined) {
      // One that read the store ahead of the feed has other positions than all until the feed is there too.
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

/** Waits for a turn of the event loop that has such a part left. */
async function turnFor(feed: RoomFeed, part: number, signal: Signal): Promise<void> {
  const wait = feed.share.take(part);
  if (wait) await unlessAborted(wait, signal);
}

async function readStart(feed: RoomFeed, history: number, type: Start['type']): Promise<Start> {
  const { messages, head } = await feed.snapshot(history);
  return { kind: 'start', type, messages, position: head };
}

/** The position to go on from; null where that can't be done: too much was missed, or the history was replaced since. */
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

/** Reads the store up to its end, page by page, as fast as the watcher takes it. */
async function* catchUp(feed: RoomFeed, { cursor, pace, slice, signal }: CatchUp): AsyncGenerator<FeedItem, void> {
  const replay = new Replay(cursor.seq, cursor.takeUnseen());
  let isFirst = true;
  let isFull = true;
  while (isFull) {
    // What was given before took its own part of this turn, and so will what is read.
    if (!isFirst) await unlessAborted(feed.share.later(), signal);
    const end = await pace?.begin('replay', signal);
    // Only the first page may be older than the question. Were a later one older than the page before it, a message
    // that moved from there to here in between would be in neither.
    try {
      const page = await unlessAborted(feed.changesSince(cursor.seq, isFirst ? 'shared' : 'fresh'), signal);
      if (page.length > 0) await unlessAborted(feed.share.later(partFor(page)), signal);
      pace?.replays(page);
      isFirst = false;
      isFull = isFullPage(page, feed.pageSize) && !feed.replaced;
      // The ring was ahead of the store: it can't be for long, unless the store was restored. The hub will notice that.
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

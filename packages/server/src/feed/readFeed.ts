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
import { delay, rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { type BrokerEvent, isChange } from './envelope.ts';
import type { ReadLimiter } from './readLimiter.ts';
import { Replay, toReaderEvent } from './replay.ts';
import { Cursor, type FeedEntry } from './ring.ts';
import type { RoomFeed } from './roomFeed.ts';
import type { Sink } from './sharedWatcher.ts';
import { TickBudget, tickShareOf } from './tickBudget.ts';

export interface FeedReadOptions {
  /** Number of newest messages in a start. */
  history: number;
  /** The position to resume from: later changes are replayed, without a start if that is possible. */
  after?: GivenPosition | undefined;
  /** The watcher's state belongs to a replaced history: it starts with a `reset`, whatever else is requested. */
  isHistoryReplaced?: boolean;
  /** Lets the watcher use shared delivery while it is up to date. */
  sharedDelivery?: SharedDelivery | undefined;
  /** Applies backpressure to the reads for this watcher. */
  readLimiter?: ReadLimiter | undefined;
}

/** Options for delivering to a watcher without the items passing through its iterator. */
export interface SharedDelivery {
  /** Returns the watcher's sink; undefined while it is unknown. Called whenever the watcher is up to date. */
  sink: () => Sink | undefined;
  /** Returns true for an event that the watcher must receive as an item. `now`: the time in milliseconds. */
  needsSlowPath: (event: BrokerEvent, from: string, now: number) => boolean;
  /**
   * Returns the time, in milliseconds since the epoch, until which no change needs the slow path, so that no call is needed before then.
   */
  fastPathUntil: () => number;
}

export type FeedItem =
  | StartItem
  /** The next event. `position`: of the change itself, or for an ephemeral event the position of the last change before it. */
  | { kind: 'event'; event: BrokerEvent; from: string; position: Position }
  | Handoff;

/** The start of a watch: the newest messages, and the position of the latest change in them. */
interface StartItem {
  kind: 'start';
  type: 'snapshot' | 'reset';
  messages: Message[];
  position: Position;
}

/**
 * The watcher is up to date and has a sink: shared delivery may start with `begin`. Request the next item when `ended` is called. Nothing
 * is awaited in the meantime, so each of many thousands of watchers holds little memory.
 */
export interface Handoff {
  kind: 'handoff';
  /** Returns a function that immediately writes the watcher's pending entries, until `ended` is called. */
  begin: (ended: () => void) => () => void;
}

/**
 * Yields the items of one watcher: a start if it needs one, then every change after its position, once and in order. The caller attaches to
 * the feed before the first read. The watcher reads at its own pace; when it falls behind the feed's ring, it continues from the store.
 * Ends when the feed is replaced. Rejects when the start can't be read or the signal aborts.
 */
export async function* readFeed(
  feed: RoomFeed,
  offset: number,
  { history, after, isHistoryReplaced = false, sharedDelivery, readLimiter }: FeedReadOptions,
  signal: AbortSignalLike,
): AsyncGenerator<FeedItem, void> {
  await rejectOnAbort(feed.opened, signal);
  let position = after && !isHistoryReplaced ? await rejectOnAbort(resumePosition(feed, after), signal) : null;
  if (position === null) {
    const type = after || isHistoryReplaced ? 'reset' : 'snapshot';
    const release = await readLimiter?.acquire('start', signal);
    try {
      let start: StartItem | null = await rejectOnAbort(readStart(feed, history, type), signal);
      position = start.position;
      await waitForTick(feed, tickShareOf(start.messages), signal);
      yield start;
      start = null; // a generator that waits for hours would keep all its messages
    } finally {
      release?.();
    }
  }

  const cursor = new Cursor(position, offset);
  const tickBudget = new TickBudget(feed.scheduler);
  let knownSeq = position.seq;
  /** Up to this number, the watcher's changes are replayed ones. */
  const replayEndSeq = feed.headSeq;
  const needsSlowPath = ({ event, from }: FeedEntry, now: number) =>
    (event.type === 'message.created' && event.message.seq <= knownSeq) ||
    sharedDelivery?.needsSlowPath(event, from, now) === true;
  while (!signal.aborted && !feed.isReplaced) {
    const entry = cursor.next(feed.ring);
    if (entry === undefined) {
      // A watcher that read the store ahead of the feed has other positions than the rest until the feed catches up.
      const sink = cursor.seq === feed.headSeq ? sharedDelivery?.sink() : undefined;
      const fastPath = { fastPathUntil: sharedDelivery?.fastPathUntil() ?? 0, fastPathAfterSeq: knownSeq };
      const watcher = sink && { cursor, sink, needsSlowPath, ...fastPath };
      if (watcher) yield { kind: 'handoff', begin: (ended) => feed.fanOut.attach(watcher, signal, ended) };
      else await feed.waitForAppend(signal);
    } else if (entry === 'behind') {
      yield* catchUp(feed, { cursor, readLimiter, tickBudget, signal });
      knownSeq = cursor.seq;
    } else {
      const event = isChange(entry.event)
        ? toReaderEvent(entry.event, knownSeq, cursor.takeUnseenAt(entry.event.message.seq))
        : entry.event;
      if (isChange(event) && event.message.updatedSeq <= replayEndSeq) readLimiter?.noteReplayed([event.message]);
      yield { kind: 'event', event, from: entry.from, position: cursor.position };
      const yielded = tickBudget.spend(event);
      if (yielded) await yielded;
    }
  }
}

/** Waits for a turn of the event loop with that share left. */
async function waitForTick(feed: RoomFeed, share: number, signal: AbortSignalLike): Promise<void> {
  const wait = feed.scheduler.acquire(share);
  if (wait) await rejectOnAbort(wait, signal);
}

async function readStart(feed: RoomFeed, history: number, type: StartItem['type']): Promise<StartItem> {
  const { messages, head } = await feed.snapshot(history);
  return { kind: 'start', type, messages, position: head };
}

/** Returns the position to resume from; null if too many changes were missed or the history was replaced since. */
async function resumePosition(feed: RoomFeed, { seq, time }: GivenPosition): Promise<Position | null> {
  const head = seq <= feed.headSeq ? feed.head : await feed.readHead();
  if (seq > head.seq || head.seq - seq > limits.missedChangesMax) return null;
  if (seq === 0) return emptyPosition;
  const found = seq === head.seq ? head : await feed.lastChange(seq);
  if (time === null) return { seq, time: found.time };
  return continues({ seq, time }, found) ? { seq, time } : null;
}

interface CatchUp {
  cursor: Cursor;
  readLimiter: ReadLimiter | undefined;
  tickBudget: TickBudget;
  signal: AbortSignalLike;
}

/** Reads the store to its end, page by page, as fast as the watcher consumes it. */
async function* catchUp(
  feed: RoomFeed,
  { cursor, readLimiter, tickBudget, signal }: CatchUp,
): AsyncGenerator<FeedItem, void> {
  const replay = new Replay(cursor.seq, cursor.takeUnseen());
  let isFirst = true;
  let isFull = true;
  while (isFull) {
    // Earlier events took their own share of this turn, and the page takes another.
    if (!isFirst) await rejectOnAbort(feed.scheduler.acquireLater(), signal);
    const release = await readLimiter?.acquire('replay', signal);
    // Only the first page may be older than the request. If a later page were older than the one before it, a message that moved between
    // the two would be on neither.
    try {
      const page = await rejectOnAbort(feed.changesSince(cursor.seq, isFirst ? 'shared' : 'fresh'), signal);
      if (page.length > 0) await rejectOnAbort(feed.scheduler.acquireLater(tickShareOf(page)), signal);
      readLimiter?.noteReplayed(page);
      isFirst = false;
      isFull = isFullPage(page, feed.pageSize) && !feed.isReplaced;
      // The ring is ahead of the store. This can't last, unless the store was restored, which the hub detects.
      if (page.length === 0 && cursor.seq < feed.ring.floor) await delay(storeLagMs, signal);
      for (const message of page) {
        cursor.advanceTo(positionOf(message));
        const event = replay.event(message);
        yield { kind: 'event', event, from: '', position: cursor.position };
        const yielded = tickBudget.spend(event);
        if (yielded) await yielded;
        signal.throwIfAborted();
      }
    } finally {
      release?.();
    }
  }
}

const storeLagMs = 250;

import type { Position } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { RoomFeed } from './roomFeed.ts';
import type { StartItem, Subscriber } from './subscriber.ts';
import { tickShareOf } from './tickBudget.ts';

/** Where a subscriber begins to read a feed. */
interface FeedStart {
  /** What it receives first; null if it resumes. */
  item: StartItem | null;
  /** It receives every change after this position. */
  position: Position;
  /** Must be called once, when it has received the item. */
  release: (() => void) | undefined;
}

interface FeedStartOptions {
  /** The subscriber's state belongs to a replaced history: it gets a `reset`, whatever it asked for. */
  isHistoryReplaced: boolean;
  signal: AbortSignalLike;
}

/**
 * Resolves to the position that the subscriber resumes from, or to a start with the newest messages. Rejects when the store fails or the
 * signal aborts.
 */
export async function readFeedStart(
  feed: RoomFeed,
  { after, history, readLimiter }: Subscriber,
  { isHistoryReplaced, signal }: FeedStartOptions,
): Promise<FeedStart> {
  await rejectOnAbort(feed.opened, signal);
  const resumed = after && !isHistoryReplaced ? await rejectOnAbort(feed.resumePosition(after), signal) : null;
  if (resumed) return { item: null, position: resumed, release: undefined };

  const type = after || isHistoryReplaced ? 'reset' : 'snapshot';
  const release = await readLimiter?.acquire('start', signal);
  try {
    const { messages, head: position } = await rejectOnAbort(feed.snapshot(history), signal);
    const wait = feed.scheduler.acquire(tickShareOf(messages));
    if (wait) await rejectOnAbort(wait, signal);
    return { item: { kind: 'start', type, messages, position }, position, release };
  } catch (error) {
    release?.();
    throw error;
  }
}

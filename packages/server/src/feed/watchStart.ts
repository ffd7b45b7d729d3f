import { rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { tickShareOf } from './eventPacer.ts';
import type { RoomFeed } from './roomFeed.ts';
import type { StartItem, Watcher } from './watcher.ts';

interface StartOptions {
  feed: RoomFeed;
  watcher: Watcher;
  type: StartItem['type'];
  signal: AbortSignalLike;
}

interface WatchStart {
  item: StartItem;
  /** Must be called once the watcher has received the start, or if the signal has aborted meanwhile. */
  release: (() => void) | undefined;
}

/** Resolves to a start with the newest messages, at the pace of the watcher. Rejects when the signal aborts. */
export async function readStart({ feed, watcher, type, signal }: StartOptions): Promise<WatchStart> {
  const { history, readLimiter } = watcher;
  const release = await readLimiter?.acquireStart(signal);
  try {
    const cached = feed.cachedSnapshot(history);
    const { messages, head: position } = cached ?? (await rejectOnAbort(feed.snapshot(history), signal));
    const wait = feed.tickShares.acquire(tickShareOf(messages));
    if (wait) await rejectOnAbort(wait, signal);
    return { item: { kind: 'start', type, messages, position }, release };
  } catch (error) {
    release?.();
    throw error;
  }
}

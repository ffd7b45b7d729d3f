import type { Message } from '@earshot/shared';
import type { AbortSignalLike } from '../async/lightAbortController.ts';

/** Applies backpressure to reads from the store for one watcher, so that many watchers hold little in memory at a time. */
export interface ReadLimiter {
  /**
   * Resolves when a `start`, or a page of a `replay`, may be read. The caller must call the resolved function once the watcher has received
   * it. Rejects when the signal aborts.
   */
  acquire(what: 'start' | 'replay', signal: AbortSignalLike): Promise<() => void>;
  /** Called before the watcher receives messages that it missed. */
  noteReplayed(messages: readonly Message[]): void;
}

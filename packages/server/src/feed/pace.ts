import type { Message } from '@earshot/shared';
import type { Signal } from './stop.ts';

/** Holds back what is read from the store for one watcher, so that many of them hold little at a time. */
export interface Pace {
  /**
   * Resolves when a `start`, or a page of a `replay`, may be read. What it resolves with is to be called when that has
   * been given to the watcher. Rejects when the signal aborts.
   */
  begin(what: 'start' | 'replay', signal: Signal): Promise<() => void>;
  /** The watcher is given messages that it missed. */
  replays(messages: readonly Message[]): void;
}

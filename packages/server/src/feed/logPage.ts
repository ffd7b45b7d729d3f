import type { LoggedMessage } from '../store/store.ts';
import type { EventBatch } from './eventBatch.ts';

interface LogPageOptions {
  messages: readonly LoggedMessage[];
  /** Whether the log had no more changes. */
  isLast: boolean;
  /** When the read ended, from `performance.now()`: later changes are not in the page. */
  readAt: number;
}

/** Changes read from a room's log. Watchers may share the object. */
export class LogPage {
  readonly messages: readonly LoggedMessage[];
  readonly isLast: boolean;
  readonly readAt: number;
  /**
   * The events in the form that the page's first watcher received. Others who need the same form share them, so they are encoded once. A property,
   * because the young part of the heap is collected as if all values of a `WeakMap` were used.
   */
  sharedBatch: EventBatch | undefined;
  /** By `seq`: the parts of the page after later positions. */
  readonly #parts = new Map<number, LogPage>();

  constructor({ messages, isLast, readAt }: LogPageOptions) {
    this.messages = messages;
    this.isLast = isLast;
    this.readAt = readAt;
  }

  /** Returns the changes after `seq`, which must not be before the start of the page. Equal arguments return the same object. */
  after(seq: number): LogPage {
    const from = this.messages.findIndex(({ updatedSeq }) => updatedSeq > seq);
    if (from === 0 || this.messages.length === 0) return this;
    const known = this.#parts.get(seq);
    if (known) return known;
    const messages = from < 0 ? [] : this.messages.slice(from);
    const part = new LogPage({ messages, isLast: this.isLast, readAt: this.readAt });
    this.#parts.set(seq, part);
    return part;
  }
}

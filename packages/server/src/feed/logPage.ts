import type { LoggedMessage } from '../store/store.ts';

interface LogPageOptions {
  messages: readonly LoggedMessage[];
  /** Whether the log had no more changes. */
  isLast: boolean;
  /** When the read ended, from `performance.now()`. The page is not newer than this. */
  readAt: number;
}

/** Changes read from a room's log. Several watchers may have the same object. */
export class LogPage {
  readonly messages: readonly LoggedMessage[];
  readonly isLast: boolean;
  readonly readAt: number;
  /** The parts after later positions. */
  readonly #parts = new Map<number, LogPage>();

  constructor({ messages, isLast, readAt }: LogPageOptions) {
    this.messages = messages;
    this.isLast = isLast;
    this.readAt = readAt;
  }

  /** The changes after `seq`, which must be a number from the page's begin on. All who ask for the same get the same object. */
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

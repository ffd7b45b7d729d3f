import type { FeedEntry } from './ring.ts';

/**
 * Adds the message to reactions that a watcher missed: to the first change of each message from before the watcher's position. The watcher may not have
 * the message. A replay from the store has each message only at its latest change, and an earlier replay may have broken off before this one.
 */
export class MissedReactions {
  readonly #positionSeq: number;
  /** `seq` of the messages that the watcher has by now. */
  readonly #received = new Set<number>();

  /** `positionSeq`: the number that the watcher resumes from. */
  constructor(positionSeq: number) {
    this.#positionSeq = positionSeq;
  }

  /** Must be called for the entries in order. Without `reacted`, an update is delivered with its message. */
  withMessage(entry: FeedEntry): FeedEntry {
    const { event, superseded } = entry;
    if (event.type !== 'message.updated' || superseded) return entry;
    const { seq } = event.message;
    if (seq > this.#positionSeq || this.#received.has(seq)) return entry;
    this.#received.add(seq);
    if (event.reacted === undefined) return entry;
    const { reacted: _, ...whole } = event;
    return { ...entry, event: whole };
  }
}

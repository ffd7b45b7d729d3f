import { limits, messageWeight, type Position } from '@earshot/shared';
import { isFromBefore } from './cache/expiredBefore.ts';
import { isChange } from './envelope.ts';
import { EventBatch } from './eventBatch.ts';
import { MissedReactions } from './missedReactions.ts';
import type { FeedEntry, Ring } from './ring.ts';

/** Maximum number of changes in a batch, and of batches. */
const [changesMax, batchesMax] = [200, 8];
/** Milliseconds for which batches are kept: they may be large, so they stay in memory only while clients return together. */
const sharedMs = 250;

/** Batches of changes in a ring, for watchers who were away for a short time. Those who missed the same changes share a batch, which is encoded once. */
export class RingBatches {
  readonly #ring: Ring;
  readonly #batches = new Map<string, EventBatch>();
  #forgetTimer: NodeJS.Timeout | undefined;

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  /**
   * Returns a page of the changes after the position, among the entries before the offset `end`. Null if there are fewer than two, if the ring
   * lacks some, or if a message in it has expired.
   */
  after(position: Position, end: number, expiredBefore: number | null): EventBatch | null {
    if (position.seq < this.#ring.floorSeq) return null;
    const entries = firstPage(this.#ring.changesBetween(position.seq, end));
    if (entries.length < 2 || entries.some((entry) => isExpired(entry, expiredBefore))) return null;
    const key = `${position.seq} ${entries.at(-1)?.position?.seq}`;
    const known = this.#batches.get(key);
    if (known) return known;
    const reactions = new MissedReactions(position.seq);
    const batch = new EventBatch(
      entries.map((entry) => reactions.withMessage(entry)),
      { offset: 0, position },
    );
    if (this.#batches.size === batchesMax) this.#batches.clear();
    this.#batches.set(key, batch);
    this.#forgetTimer ??= setTimeout(() => this.forget(), sharedMs).unref();
    return batch;
  }

  /** Must be called when the room has changed, because a change may replace the text of earlier ones, and when the feed is closed. */
  forget(): void {
    if (this.#batches.size > 0) this.#batches.clear();
    clearTimeout(this.#forgetTimer);
    this.#forgetTimer = undefined;
  }
}

/** Returns as many of the first entries as a page may hold. */
export function firstPage(entries: FeedEntry[]): FeedEntry[] {
  let chars = 0;
  const end = entries.findIndex(({ event }, i) => {
    if (i === changesMax || chars >= limits.pageChars) return true;
    if (isChange(event)) chars += messageWeight(event.message);
    return false;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

const isExpired = ({ event }: FeedEntry, before: number | null) =>
  isChange(event) && isFromBefore(event.message, before);

import { limits, messageWeight, type Position } from '@earshot/shared';
import { isFromBefore } from './cache/expiredBefore.ts';
import { isChange } from './envelope.ts';
import { EventBatch } from './eventBatch.ts';
import type { FeedEntry, Ring } from './ring.ts';

/** Maximum number of changes in a batch, and of batches. */
const [changesMax, batchesMax] = [200, 8];
/** Milliseconds for which batches are kept. They may be long, so they stay in memory only while they are shared. */
const sharedMs = 250;

/** The changes in a ring that watchers missed who were away for a short time, encoded once for all who missed the same. */
export class RingBatches {
  readonly #ring: Ring;
  readonly #batches = new Map<string, EventBatch>();
  #forgetTimer: NodeJS.Timeout | undefined;

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  /**
   * Returns the changes after the position among the entries before `end`, as many as a page has; null for fewer than two, and if the ring lacks
   * some or one is of an expired message.
   */
  after(position: Position, end: number, expiredBefore: number | null): EventBatch | null {
    if (position.seq < this.#ring.floorSeq) return null;
    const entries = firstPage(this.#ring.changesBetween(position.seq, end));
    if (entries.length < 2 || entries.some((entry) => isExpired(entry, expiredBefore))) return null;
    const key = `${position.seq} ${entries.at(-1)?.position?.seq}`;
    const known = this.#batches.get(key);
    if (known) return known;
    const batch = new EventBatch(entries, { offset: 0, position });
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

function firstPage(entries: FeedEntry[]): FeedEntry[] {
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

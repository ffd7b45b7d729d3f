import { emptyPosition, type Position } from '@earshot/shared';
import type { LoggedMessage } from '../store/store.ts';
import { type BrokerEvent, type ChangeEvent, isChange } from './envelope.ts';

/** An event as a feed delivers it. `position`: the position of the log after a persistent change; null for an ephemeral event. */
export interface FeedEntry {
  event: BrokerEvent;
  fromConnectionId: string;
  position: Position | null;
  /** The message changed again: this entry holds the current version, and a later entry delivers it. */
  superseded?: true;
}

const isSameText = (a: LoggedMessage, b: LoggedMessage): boolean =>
  a.content === b.content &&
  a.description?.title === b.description?.title &&
  a.description?.topic === b.description?.topic;

/** Whether skipping the entry hides the creation of its message from the watcher. */
export const hidesCreation = ({ superseded, event }: FeedEntry): boolean =>
  superseded === true && event.type === 'message.created';

/**
 * The latest entries of a feed, each at an ascending offset. All watchers share it, so a slow watcher costs no memory: it reads entries that
 * were evicted from the store instead.
 */
export class Ring {
  readonly capacity: number;
  readonly #entries: FeedEntry[] = [];
  #end = 0;
  #floor = emptyPosition;
  #head = emptyPosition;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The offset of the oldest entry kept. */
  get oldestOffset(): number {
    return this.#end - this.#entries.length;
  }

  /** The offset of the next entry. */
  get end(): number {
    return this.#end;
  }

  /**
   * All known changes after this number are in the ring. Initially the log's head: a watcher that resumes from an earlier position reads
   * the store first.
   */
  get floorSeq(): number {
    return this.#floor.seq;
  }

  /** The position after the last change pushed, or after the last change before the feed began. */
  get head(): Position {
    return this.#head;
  }

  /** Initializes an empty ring at the log's head. */
  initializeAt(position: Position): void {
    this.#floor = position;
    this.#head = position;
  }

  /** Returns the last change with a number up to `seq`, as far as the feed knows; undefined if that change may not be kept here. */
  lastChange(seq: number): Position | undefined {
    if (seq < this.#floor.seq || seq > this.#head.seq) return undefined;
    for (let offset = this.#end - 1; offset >= this.oldestOffset; offset -= 1) {
      const position = this.at(offset)?.position;
      if (position && position.seq <= seq) return position;
    }
    return this.#floor;
  }

  push(entry: FeedEntry): void {
    const slot = this.#end % this.capacity;
    const evicted = this.#entries[slot];
    if (evicted?.position) this.#floor = evicted.position;
    if (entry.position) this.#head = entry.position;
    if (entry.event.type === 'message.updated') this.#supersede(entry.event);
    this.#entries[slot] = entry;
    this.#end += 1;
  }

  /**
   * Replaces every version of the message with a different text, or of the room's title, so that none is delivered again or stays in memory.
   * If the event erases a user, it replaces all versions, because they may name that user.
   */
  #supersede({ message, isErasure }: Extract<ChangeEvent, { type: 'message.updated' }>): void {
    for (const [slot, { event, fromConnectionId, position }] of this.#entries.entries()) {
      if (!isChange(event) || event.message.id !== message.id) continue;
      if (!isErasure && isSameText(event.message, message)) continue;
      this.#entries[slot] = { event: { type: event.type, message }, fromConnectionId, position, superseded: true };
    }
  }

  /**
   * Returns up to `max` entries from `offset` on, and more while a message's creation is hidden and its newest version has not followed:
   * in another batch, that version would update a message that the watchers never saw.
   */
  batchFrom(offset: number, max: number): FeedEntry[] {
    const entries: FeedEntry[] = [];
    // Created when it is needed: most batches hide nothing, and with many rooms there is a batch for each message.
    let hidden: Set<number> | undefined;
    for (let entry = this.at(offset); entry; entry = this.at(offset + entries.length)) {
      if (entries.length >= max && !hidden?.size) break;
      entries.push(entry);
      if (!isChange(entry.event)) continue;
      if (hidesCreation(entry)) hidden = (hidden ?? new Set()).add(entry.event.message.seq);
      else if (!entry.superseded) hidden?.delete(entry.event.message.seq);
    }
    return entries;
  }

  /** Returns the changes after `seq` among the entries before the offset `end`. */
  changesBetween(seq: number, end: number): FeedEntry[] {
    const changes: FeedEntry[] = [];
    for (let offset = this.oldestOffset; offset < end; offset += 1) {
      const entry = this.at(offset);
      if (entry?.position && entry.position.seq > seq) changes.push(entry);
    }
    return changes;
  }

  at(offset: number): FeedEntry | undefined {
    return offset >= this.oldestOffset && offset < this.#end ? this.#entries[offset % this.capacity] : undefined;
  }
}

/**
 * The state of one watcher: an offset in the ring, and the position after the last change it received. It starts at the ring's oldest entry
 * and skips changes it already has, so attaching to the feed, reading the store and receiving changes may happen in any order.
 */
export class Cursor {
  /** The replay budget is charged for the missed changes up to this number. */
  chargedSeq = 0;
  readonly #ephemeralFrom: number;
  /** `seq` of messages that were skipped as superseded and not delivered since. */
  #unseen: Set<number> | undefined;
  #offset = 0;
  #position: Position;

  /** `ephemeralFrom`: ephemeral events at earlier offsets happened before the watcher attached, and are not delivered to it. */
  constructor(position: Position, ephemeralFrom: number) {
    this.#position = position;
    this.#ephemeralFrom = ephemeralFrom;
  }

  /** The offset of the next entry in the ring; lower than all if the watcher has read none. */
  get offset(): number {
    return this.#offset;
  }

  get seq(): number {
    return this.#position.seq;
  }

  get position(): Position {
    return this.#position;
  }

  /** Whether the watcher skipped a message that it has not received since. */
  get hasUnseen(): boolean {
    return this.#unseen !== undefined && this.#unseen.size > 0;
  }

  /** Returns whether the watcher skipped the message with this `seq`, and marks it as received. */
  takeUnseenAt(seq: number): boolean {
    return this.#unseen?.delete(seq) === true;
  }

  /** Skips an entry. */
  skip(entry: FeedEntry): void {
    if (!hidesCreation(entry) || !isChange(entry.event)) return;
    this.#unseen ??= new Set();
    this.#unseen.add(entry.event.message.seq);
  }

  /** Returns the `seq` of all skipped messages and clears them: the watcher receives them by other means. */
  takeUnseen(): ReadonlySet<number> | undefined {
    const unseen = this.#unseen;
    this.#unseen = undefined;
    return unseen;
  }

  /** Records that the watcher received these entries in a batch. */
  advanceOver(entries: readonly FeedEntry[]): void {
    for (const entry of entries) {
      if (entry.superseded) this.skip(entry);
      else if (isChange(entry.event)) this.takeUnseenAt(entry.event.message.seq);
      if (entry.position) this.advanceTo(entry.position);
    }
  }

  /** Records that the watcher received a change by other means. */
  advanceTo(position: Position): void {
    if (position.seq > this.seq) this.#position = position;
  }

  /** Records that the watcher received every entry before `offset`, up to the change at `position`. */
  moveTo(offset: number, position: Position): void {
    this.#offset = Math.max(this.#offset, offset);
    this.advanceTo(position);
  }

  /** Whether the watcher has received every entry. */
  isAtEnd(ring: Ring): boolean {
    return this.#offset === ring.end;
  }

  /** Returns the next entry for this watcher; `behind` if the ring no longer holds it; undefined if there is none yet. */
  next(ring: Ring): FeedEntry | 'behind' | undefined {
    if (this.seq < ring.floorSeq) return 'behind';
    this.#offset = Math.max(this.#offset, ring.oldestOffset);
    for (let entry = ring.at(this.#offset); entry; entry = ring.at(this.#offset)) {
      const offset = this.#offset++;
      if (entry.position === null) {
        if (offset >= this.#ephemeralFrom) return entry;
      } else if (entry.position.seq > this.seq) {
        this.#position = entry.position;
        if (!entry.superseded) return entry;
        this.skip(entry);
      }
    }
    this.#unseen = undefined; // a superseded entry has its successor in the ring
    return undefined;
  }
}

import { emptyPosition, type Message, type Position } from '@earshot/shared';
import { type BrokerEvent, isChange } from './envelope.ts';

/** An event as a feed delivers it. `position`: where the log is after a lasting change; null for a passing event. */
export interface Entry {
  event: BrokerEvent;
  from: string;
  position: Position | null;
  /** The message changed again: a later entry delivers it, and the event here holds it as it is now. */
  superseded?: true;
}

/** Whether a reader that passes over the entry is not told that its message exists. */
export const hidesNew = ({ superseded, event }: Entry): boolean =>
  superseded === true && event.type === 'message.created';

/**
 * The latest entries of a feed, each at an ascending offset. All readers share it, so a slow one costs no memory: what
 * it has not read in time is gone from here, and it reads the store instead.
 */
export class Ring {
  readonly capacity: number;
  readonly #entries: Entry[] = [];
  #end = 0;
  #floor = emptyPosition;
  #head = emptyPosition;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The offset of the oldest entry kept. */
  get start(): number {
    return this.#end - this.#entries.length;
  }

  /** The offset that the next entry will take. */
  get end(): number {
    return this.#end;
  }

  /** Every change after this number is kept here, as far as the feed knows it. */
  get floor(): number {
    return this.#floor.seq;
  }

  /** Where the log is after the last change that was put in here, or that the feed began after. */
  get head(): Position {
    return this.#head;
  }

  /** The last change before the feed began. */
  startAfter(position: Position): void {
    this.#floor = position;
    this.#head = position;
  }

  /** The last change up to that number, as far as the feed knows it; undefined when it may be one that is not kept here. */
  lastChange(seq: number): Position | undefined {
    if (seq < this.#floor.seq || seq > this.#head.seq) return undefined;
    for (let offset = this.#end - 1; offset >= this.start; offset -= 1) {
      const position = this.at(offset)?.position;
      if (position && position.seq <= seq) return position;
    }
    return this.#floor;
  }

  push(entry: Entry): void {
    const slot = this.#end % this.capacity;
    const evicted = this.#entries[slot];
    if (evicted?.position) this.#floor = evicted.position;
    if (entry.position) this.#head = entry.position;
    if (entry.event.type === 'message.updated') this.#supersede(entry.event.message);
    this.#entries[slot] = entry;
    this.#end += 1;
  }

  /** Replaces every version of the message with another text: none is delivered again, and none stays in memory. */
  #supersede(message: Message): void {
    for (const [slot, { event, from, position }] of this.#entries.entries()) {
      if (!isChange(event) || event.message.id !== message.id) continue;
      if (event.message.content === message.content) continue;
      this.#entries[slot] = { event: { type: event.type, message }, from, position, superseded: true };
    }
  }

  at(offset: number): Entry | undefined {
    return offset >= this.start && offset < this.#end ? this.#entries[offset % this.capacity] : undefined;
  }
}

/**
 * Where one reader stands: an offset in the ring and the position after the last change it was given. It starts at the
 * ring's oldest entry and passes over what it has already, so that it does not matter in which order a feed is
 * attached to, the store is read, and changes arrive.
 */
export class Cursor {
  readonly #passingFrom: number;
  /** Places of messages that were passed over as superseded and have not been delivered since. */
  #unseen: Set<number> | undefined;
  #offset = 0;
  #position: Position;

  /** `passingFrom`: passing events at earlier offsets happened before the reader came, and are not for it. */
  constructor(position: Position, passingFrom: number) {
    this.#position = position;
    this.#passingFrom = passingFrom;
  }

  get seq(): number {
    return this.#position.seq;
  }

  get position(): Position {
    return this.#position;
  }

  /** Whether the reader is past the message at this place and was not told of it. From now on it was. */
  takeUnseenAt(place: number): boolean {
    return this.#unseen?.delete(place) === true;
  }

  /** The reader passes over the entry. */
  passOver(entry: Entry): void {
    if (!hidesNew(entry) || !isChange(entry.event)) return;
    this.#unseen ??= new Set();
    this.#unseen.add(entry.event.message.seq);
  }

  /** The places of all such messages: the reader is told of them by other means. */
  takeUnseen(): ReadonlySet<number> | undefined {
    const unseen = this.#unseen;
    this.#unseen = undefined;
    return unseen;
  }

  /** The reader was given a change by other means. */
  advanceTo(position: Position): void {
    if (position.seq > this.seq) this.#position = position;
  }

  /** The reader was given all that the ring holds before `offset`, up to the change at `position`. */
  moveTo(offset: number, position: Position): void {
    this.#offset = Math.max(this.#offset, offset);
    this.advanceTo(position);
  }

  /** Whether the reader was given all that there is. */
  isAtEnd(ring: Ring): boolean {
    return this.#offset === ring.end;
  }

  /** The next entry for this reader; `behind` when the ring no longer holds it; undefined when there is none yet. */
  next(ring: Ring): Entry | 'behind' | undefined {
    if (this.seq < ring.floor) return 'behind';
    this.#offset = Math.max(this.#offset, ring.start);
    for (let entry = ring.at(this.#offset); entry; entry = ring.at(this.#offset)) {
      const offset = this.#offset++;
      if (entry.position === null) {
        if (offset >= this.#passingFrom) return entry;
      } else if (entry.position.seq > this.seq) {
        this.#position = entry.position;
        if (!entry.superseded) return entry;
        this.passOver(entry);
      }
    }
    this.#unseen = undefined; // a superseded entry has its successor in the ring
    return undefined;
  }
}

import type { Position } from '@earshot/shared';
import type { TickShares } from '../async/tickShares.ts';
import type { TimeSlicedQueue } from '../async/timeSlicedQueue.ts';
import { EventBatch } from './eventBatch.ts';
import type { FanOutWatcher } from './fanOutWatcher.ts';
import type { Ring } from './ring.ts';
import { Section, type SectionContext } from './section.ts';

interface FanOutOptions {
  writeQueue: TimeSlicedQueue;
  tickShares: TickShares;
  /** Number of watchers from which events in quick succession are coalesced. */
  coalesceThreshold: number;
  /** Maximum number of watchers written to in one step. */
  sectionSize: number;
}

/** Number of entries in one write; see `Ring.batchFrom`. */
const batchMax = 64;

/**
 * Writes the events of one feed to all watchers that are up to date. Each event is encoded once per codec and framed once per sink key.
 * Watchers are divided into sections. Sections are written to one after another, over several ticks of the event loop if there are many. A
 * watcher is detached when its sink is full or an event needs its slow path. Its cursor then stands after the last entry it received. It
 * catches up by itself and attaches again once it is up to date.
 */
export class FanOut implements SectionContext {
  readonly ring: Ring;
  readonly writeQueue: TimeSlicedQueue;
  readonly tickShares: TickShares;
  readonly #coalesceThreshold: number;
  readonly #sectionSize: number;
  readonly #sections: Section[] = [];
  /** The batch being written. It is kept until every section that starts at its offset has written it. */
  #batch: EventBatch | undefined;
  #isClosed = false;

  constructor(ring: Ring, { writeQueue, tickShares, coalesceThreshold, sectionSize }: FanOutOptions) {
    this.ring = ring;
    this.writeQueue = writeQueue;
    this.tickShares = tickShares;
    this.#coalesceThreshold = coalesceThreshold;
    this.#sectionSize = sectionSize;
  }

  /** Number of attached watchers. */
  get size(): number {
    let size = 0;
    for (const section of this.#sections) size += section.size;
    return size;
  }

  get shouldCoalesce(): boolean {
    return this.size >= this.#coalesceThreshold;
  }

  /** Delivers to a watcher until it is detached from the returned section. Null, and no delivery, if the watcher is not up to date. */
  attach(watcher: FanOutWatcher): Section | null {
    if (this.#isClosed || !watcher.cursor.isAtEnd(this.ring)) return null;
    const section = this.#sectionWithSpace();
    section.attach(watcher);
    return section;
  }

  /** Must be called after every push to the ring. */
  onAppend(): void {
    this.#batch = undefined; // the entry may replace the text of an earlier one
    for (const section of this.#sections) section.onAppend();
  }

  /** Writes all pending entries immediately. */
  flush(): void {
    for (const section of this.#sections) section.flush();
  }

  /** Detaches all watchers without writing their pending entries, and accepts no more. */
  detachAll(): void {
    this.#isClosed = true;
    for (const section of this.#sections) section.detachAll();
  }

  batchFrom(offset: number, position: Position): EventBatch {
    if (this.#batch?.offset !== offset) {
      this.#batch = new EventBatch(this.ring.batchFrom(offset, batchMax), { offset, position });
    }
    return this.#batch;
  }

  onSectionWritten(): void {
    if (this.#sections.every(({ isUpToDate }) => isUpToDate)) this.#batch = undefined;
  }

  /** Returns a section that is not full. Usually that is the last one; only if not, the others are searched, because watchers may have left them. */
  #sectionWithSpace(): Section {
    const hasSpace = ({ size }: Section) => size < this.#sectionSize;
    const last = this.#sections.at(-1);
    return (last && hasSpace(last) ? last : this.#sections.find(hasSpace)) ?? this.#addSection();
  }

  #addSection(): Section {
    const section = new Section(this);
    this.#sections.push(section);
    return section;
  }
}

import type { RoomEvent } from '@earshot/shared';
import type { Dialect } from './dialect.ts';

/**
 * Frames of events, each built once for all sockets of this server: the watchers of a room on one instance get the very
 * same event objects, and a frame lives as long as its event.
 */
export class SharedFrames {
  readonly #dialect: Dialect;
  readonly #frames = new WeakMap<RoomEvent, Buffer | null>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** The frame as bytes of UTF-8, which sockets send without copying; null where there is nothing to tell. */
  of(event: RoomEvent): Buffer | null {
    const known = this.#frames.get(event);
    if (known !== undefined) return known;
    const text = this.#dialect.event(event);
    const frame = text === null ? null : Buffer.from(text);
    this.#frames.set(event, frame);
    return frame;
  }
}

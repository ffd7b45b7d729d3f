import type { RoomEvent } from '@earshot/shared';
import type { Codec } from '../../feed/batch.ts';
import type { Sink } from '../../feed/seat.ts';
import { textFrame } from '../textFrame.ts';
import type { Dialect } from './dialect.ts';

/**
 * Frames of events, each built once for all sockets of this server: the watchers of a room on one instance get the very
 * same event objects, and a frame lives as long as its event.
 */
export class SharedFrames {
  readonly #dialect: Dialect;
  readonly #codec: Codec;
  readonly #frames = new WeakMap<RoomEvent, Buffer | null>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#codec = { encode: (event) => dialect.event(event) };
  }

  /** Where a room's fan-out writes to a socket: all get the same bytes. */
  sink(write: Sink['write']): Sink {
    return { codec: this.#codec, key: 'legacy', frame: textFrame, write };
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

import type { FeedEvent } from '../../feed/envelope.ts';
import type { Codec, Sink } from '../../feed/watcher.ts';
import type { Outbound } from '../sockets/outbound.ts';
import { compressedFrame, type MakeFrame } from '../sockets/textFrame.ts';
import type { FrameCodec } from './frameCodec.ts';

/**
 * Frames of events, each built once for all sockets with the same framing: watchers of a room on one instance get the same
 * event objects. A frame is cached as long as its event lives.
 */
export class SharedFrames {
  readonly #frameCodec: FrameCodec;
  readonly #codec: Codec;
  readonly #frames = new WeakMap<FeedEvent, Buffer | null>();

  readonly #frame: MakeFrame;

  constructor(frameCodec: FrameCodec, frame: MakeFrame) {
    this.#frameCodec = frameCodec;
    this.#frame = frame;
    this.#codec = { encode: (event) => frameCodec.event(event) };
  }

  /** The sink of a socket for a room's fan-out. All sockets get the same bytes. */
  sink(outbound: Pick<Outbound, 'writeFrames'>): Sink {
    const key = this.#frame === compressedFrame ? 'legacy, compressed' : 'legacy';
    return { codec: this.#codec, key, frame: this.#frame, write: (bytes) => outbound.writeFrames(bytes) };
  }

  /** The whole frame; null if the legacy protocol has none for this event. */
  frameFor(event: FeedEvent): Buffer | null {
    const known = this.#frames.get(event);
    if (known !== undefined) return known;
    const text = this.#frameCodec.event(event);
    const frame = text === null ? null : this.#frame(text);
    this.#frames.set(event, frame);
    return frame;
  }
}

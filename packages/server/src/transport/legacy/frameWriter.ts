import type { FeedEvent } from '../../feed/envelope.ts';
import type { Sink } from '../../feed/watcher.ts';
import type { Outbound } from '../sockets/outbound.ts';
import { textFrame } from '../sockets/textFrame.ts';
import type { SharedFrames } from './sharedFrames.ts';
import type { SocketParts } from './socketParts.ts';

/** Writes the frames of one legacy socket. */
export class FrameWriter {
  readonly #outbound: Outbound;
  readonly #frames: SharedFrames;

  constructor({ frames }: SocketParts, outbound: Outbound) {
    this.#outbound = outbound;
    this.#frames = outbound.frame === textFrame ? frames.plain : frames.compressed;
  }

  /** Sends a frame of this socket alone. */
  send(text: string): void {
    this.#outbound.send(text);
  }

  /** Sends the frame of an event, which all sockets share; nothing if the legacy protocol has none. */
  sendEvent(event: FeedEvent): void {
    const frame = this.#frames.frameFor(event);
    if (frame !== null) this.#outbound.sendFrame(frame);
  }

  /** The sink of this socket for a room's fan-out. */
  sink(): Sink {
    return this.#frames.sink(this.#outbound);
  }
}

import { formatPosition } from '@earshot/shared';
import type { Codec, Sink } from '../../../feed/subscriber.ts';
import { compressedFrame, type MakeFrame } from '../../textFrame.ts';
import { toRoomEvent } from '../roomEvent.ts';
import { trackedResult } from './replies.ts';

/** Maximum characters of a reply prefix. A longer request id is not shared, because its prefix would be copied with every event. */
const prefixMax = 256;

const codec: Codec = { encode: (event, position) => trackedResult(formatPosition(position), toRoomEvent(event)) };

/** The socket that a sink writes to. */
interface FrameWriter {
  /** The same function for all sockets that get the same bytes. */
  readonly frame: MakeFrame;
  /** See `Outbound`. */
  writeFrames(bytes: Uint8Array): boolean;
}

/** The sink of a room's fan-out for one request. It writes whole messages, which are the same for all requests with that id and framing. */
class RequestSink implements Sink {
  readonly codec = codec;
  readonly #prefix: string;
  readonly #socket: FrameWriter;

  constructor(prefix: string, socket: FrameWriter) {
    this.#prefix = prefix;
    this.#socket = socket;
  }

  // Computed instead of stored: there are many thousands of sinks, and each is asked once it is up to date.
  get key(): string {
    return this.#socket.frame === compressedFrame ? `${this.#prefix}compressed` : this.#prefix;
  }

  frame(result: string): Uint8Array {
    return this.#socket.frame(`${this.#prefix}"result":${result}}`);
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.writeFrames(bytes);
  }
}

/** Undefined if the prefix is too long to be shared. */
export function sinkOf(prefix: string, socket: FrameWriter): Sink | undefined {
  return prefix.length <= prefixMax ? new RequestSink(prefix, socket) : undefined;
}

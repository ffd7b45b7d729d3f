import { formatPosition } from '@earshot/shared';
import type { Codec } from '../../../feed/batch.ts';
import type { Sink } from '../../../feed/sharedWatcher.ts';
import { compressedFrame, type MakeFrame } from '../../textFrame.ts';
import { toRoomEvent } from '../roomEvent.ts';
import { trackedResult } from './replies.ts';

/** Characters of a head. A request id that makes it longer is served by itself: it would be copied all the time. */
const prefixMax = 256;

const codec: Codec = { encode: (event, position) => trackedResult(formatPosition(position), toRoomEvent(event)) };

/** The socket that a sink writes to. */
interface FrameWriter {
  /** The same for all sockets that get the same bytes. */
  readonly frame: MakeFrame;
  /** As `Outbound` says. */
  writeFrames(bytes: Uint8Array): boolean;
}

/** Where a room's fan-out writes for one request: whole messages, the same for all requests of that id framed the same way. */
class RequestSink implements Sink {
  readonly codec = codec;
  readonly #prefix: string;
  readonly #socket: FrameWriter;

  constructor(prefix: string, socket: FrameWriter) {
    this.#prefix = prefix;
    this.#socket = socket;
  }

  // Not held: there are many thousands, each asked for it when it is up to date.
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

/** Undefined where the head is too long to be shared. */
export function sinkOf(prefix: string, socket: FrameWriter): Sink | undefined {
  return prefix.length <= prefixMax ? new RequestSink(prefix, socket) : undefined;
}

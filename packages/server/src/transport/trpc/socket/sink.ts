import { formatPosition } from '@earshot/shared';
import type { Codec } from '../../../feed/batch.ts';
import type { Sink } from '../../../feed/seat.ts';
import { compressedFrame, type MakeFrame } from '../../textFrame.ts';
import { toRoomEvent } from '../roomEvent.ts';
import { trackedResult } from './replies.ts';

/** Characters of a head. A request id that makes it longer is served by itself: it would be copied all the time. */
const headMax = 256;

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
  readonly #head: string;
  readonly #socket: FrameWriter;

  constructor(head: string, socket: FrameWriter) {
    this.#head = head;
    this.#socket = socket;
  }

  // Not held: there are many thousands, each asked for it when it is up to date.
  get key(): string {
    return this.#socket.frame === compressedFrame ? `${this.#head}compressed` : this.#head;
  }

  frame(result: string): Uint8Array {
    return this.#socket.frame(`${this.#head}"result":${result}}`);
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.writeFrames(bytes);
  }
}

/** Undefined where the head is too long to be shared. */
export function sinkOf(head: string, socket: FrameWriter): Sink | undefined {
  return head.length <= headMax ? new RequestSink(head, socket) : undefined;
}

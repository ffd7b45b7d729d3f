import type { Codec } from '../../../feed/batch.ts';
import type { Sink } from '../../../feed/seat.ts';
import type { Outbound } from '../../outbound.ts';
import { textFrame } from '../../textFrame.ts';
import { trackedResult } from './replies.ts';

/** Characters of a head. A request id that makes it longer is served by itself: it would be copied all the time. */
const headMax = 256;

const codec: Codec = { encode: (event, seq) => trackedResult(String(seq), event) };

/** Where a room's fan-out writes for one request: whole messages, the same for all requests of that id. */
class RequestSink implements Sink {
  readonly codec = codec;
  readonly key: string;
  readonly #outbound: Outbound;

  constructor(head: string, outbound: Outbound) {
    this.key = head;
    this.#outbound = outbound;
  }

  frame(result: string): Uint8Array {
    return textFrame(`${this.key}"result":${result}}`);
  }

  write(bytes: Uint8Array): boolean {
    return this.#outbound.writeFrames(bytes);
  }
}

/** Undefined where frames can't be written past the socket. */
export function sinkOf(head: string, outbound: Outbound): Sink | undefined {
  return outbound.takesFrames && head.length <= headMax ? new RequestSink(head, outbound) : undefined;
}

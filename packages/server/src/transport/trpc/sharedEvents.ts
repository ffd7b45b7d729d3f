import { type RoomEvent, transformer } from '@earshot/shared';
import { type Encoder, jsonEncoder } from '@trpc/server/adapters/ws';
import type { Codec } from '../../feed/batch.ts';
import type { Sink } from '../../feed/fanOut.ts';
import type { WriteFrames } from '../outbound.ts';
import { textFrame } from '../textFrame.ts';
import { serialize, sharedText } from './sharedAnswers.ts';

/**
 * How a watch over WebSocket comes to be served by its room's fan-out. What is missing for that is the id of its request,
 * which tRPC does not tell a procedure. So the watch marks its first event; the transformer, which is given that very
 * object, hands the mark on to what it makes of it; and the encoder, which sees this beside the id, tells the watch.
 * On the wire there is nothing of all this.
 */

type Tell = (head: string) => void;
const marks = new WeakMap<object, Tell>();

/** The transformer of the router. */
export const markingTransformer = {
  input: transformer.input,
  output: {
    serialize: (value: unknown): ReturnType<typeof transformer.output.serialize> => {
      const serialized = serialize(value);
      const tell = isObject(value) && isObject(value.data) ? marks.get(value.data) : undefined;
      if (tell) marks.set(serialized, tell);
      return serialized;
    },
    deserialize: (value: Parameters<typeof transformer.output.deserialize>[0]) => transformer.output.deserialize(value),
  },
};

/** The encoder of the WebSocket adapter: plain JSON, of shared answers as it was made before. */
export const tellingEncoder: Encoder = {
  decode: jsonEncoder.decode,
  encode: (message) => {
    if (isObject(message) && isObject(message.result) && isObject(message.result.data)) {
      const { data } = message.result;
      marks.get(data)?.(headOf(message));
      const text = sharedText(data);
      if (text !== undefined) return `${headOf(message)}{"type":"data","data":${text}}}`;
    }
    return jsonEncoder.encode(message);
  },
};

/** A data message up to its result. */
const headOf = ({ id, jsonrpc }: Record<string, unknown>) =>
  `${JSON.stringify({ id, jsonrpc }).slice(0, -1)},"result":`;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Characters of a frame's head. A request id that makes it longer is served by itself: it would be copied all the time. */
const headMax = 256;

/** The way of one watch to its fan-out. */
export class WatchLine {
  readonly #write: WriteFrames;
  #sink: Sink | undefined;

  constructor(write: WriteFrames) {
    this.#write = write;
  }

  /** Undefined before the first event has been written. */
  readonly sink = (): Sink | undefined => this.#sink;

  /** The event to yield to tRPC. */
  mark(event: RoomEvent): RoomEvent {
    if (this.#sink) return event;
    const copy = { ...event }; // the event itself goes to other watchers as well
    marks.set(copy, (head) => {
      if (head.length > headMax) return;
      this.#sink = {
        codec,
        key: head,
        frame: (result) => textFrame(`${head}${result}}`),
        write: this.#write,
      };
    });
    return copy;
  }
}

/** The part of a frame that no request id changes, as tRPC writes tracked events. */
const codec: Codec = {
  encode: (data, seq) => {
    const id = String(seq);
    return JSON.stringify({ type: 'data', data: transformer.output.serialize({ id, data }), id });
  },
};

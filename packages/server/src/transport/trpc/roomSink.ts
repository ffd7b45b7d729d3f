import { formatPosition } from '@earshot/shared';
import type { Connection } from '../../domain/connection.ts';
import type { Codec, Sink } from '../../feed/watcher.ts';
import type { Outbound } from '../sockets/outbound.ts';
import { compressedFrame } from '../sockets/textFrame.ts';
import type { Context } from './context.ts';
import { toRoomEvent } from './roomEvent.ts';
import { textOf } from './sharedAnswers.ts';
import { messageOf, trackedResult } from './socket/replies.ts';

/** Maximum characters of a reply prefix. A longer request id is not shared, because its prefix would be copied with every event. */
const prefixMax = 256;

const codec: Codec = {
  encode: (event, position) => trackedResult(formatPosition(position), toRoomEvent(event), textOf),
};

/** The sink of a room's fan-out for one request. It writes whole messages, which are the same for all requests with that id and framing. */
class RoomSink implements Sink {
  readonly codec = codec;
  readonly #prefix: string;
  readonly #outbound: Outbound;
  readonly #connection: Connection;

  constructor(prefix: string, outbound: Outbound, connection: Connection) {
    this.#prefix = prefix;
    this.#outbound = outbound;
    this.#connection = connection;
  }

  // Computed instead of stored: there are many thousands of sinks, and each is asked once it is up to date.
  get key(): string {
    return this.#outbound.frame === compressedFrame ? `${this.#prefix}compressed` : this.#prefix;
  }

  frame(result: string): Uint8Array {
    return this.#outbound.frame(messageOf(this.#prefix, result));
  }

  /** A client with several watches often gets several events in one tick, so its writes are batched. */
  write(bytes: Uint8Array): boolean {
    const hasSeveral = this.#connection.watchedRoomIds.length > 1;
    return this.#outbound.writeFrames(bytes, hasSeveral);
  }
}

/** The sink of the subscription that is being set up. Undefined over HTTP, and if its prefix is too long to be shared. */
export function createRoomSink({ subscription, outbound, connection }: Context): Sink | undefined {
  if (subscription === null || outbound === null) return undefined;
  const prefix = subscription.replyPrefix;
  return prefix.length <= prefixMax ? new RoomSink(prefix, outbound, connection) : undefined;
}

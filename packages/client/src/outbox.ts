import type { Message } from '@earshot/shared';
import { asEarshotError, EarshotClientError } from './errors.ts';

export interface OutgoingMessage {
  roomId: string;
  content: string;
  clientMessageId: string;
}

interface Entry {
  message: OutgoingMessage;
  resolve(message: Message): void;
  reject(error: EarshotClientError): void;
}

interface OutboxOptions {
  /** Sends until the server has answered for good; makes no promise about several at once. */
  deliver(message: OutgoingMessage): Promise<Message>;
  /** How many messages may wait. */
  capacity: number;
}

/**
 * What is yet to be sent. The messages of a room go out one after the other, in the order of `send`: with several under
 * way, a repeated one could land behind its successor. Rooms don't wait for each other.
 */
export class Outbox {
  readonly #lanes = new Map<string, Entry[]>();
  readonly #options: OutboxOptions;
  #size = 0;
  #closed: EarshotClientError | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** How many messages wait or are under way. */
  get size(): number {
    return this.#size;
  }

  /** Resolves with the message as the room has it. Rejects with `OUTBOX_FULL`, or with why it can't be sent. */
  send(message: OutgoingMessage): Promise<Message> {
    if (this.#closed !== null) return Promise.reject(this.#closed);
    if (this.#size >= this.#options.capacity) return Promise.reject(new EarshotClientError('OUTBOX_FULL'));
    return new Promise((resolve, reject) => {
      this.#size += 1;
      const entry: Entry = { message, resolve, reject };
      const lane = this.#lanes.get(message.roomId);
      if (lane !== undefined) {
        lane.push(entry);
        return;
      }
      const opened = [entry];
      this.#lanes.set(message.roomId, opened);
      void this.#work(message.roomId, opened);
    });
  }

  /** Takes a message out that waits behind others. Tells whether it did: one under way may have arrived already. */
  drop(clientMessageId: string): boolean {
    for (const lane of this.#lanes.values()) {
      const at = lane.findIndex((entry) => entry.message.clientMessageId === clientMessageId);
      const [entry] = at > 0 ? lane.splice(at, 1) : []; // the first one is under way
      if (entry === undefined) continue;
      this.#size -= 1;
      entry.reject(new EarshotClientError('SEND_DROPPED'));
      return true;
    }
    return false;
  }

  /** Fails everything that waits. What is under way ends as `deliver` does. */
  close(reason: EarshotClientError): void {
    this.#closed = reason;
    for (const lane of this.#lanes.values()) {
      for (const entry of lane.splice(1)) {
        this.#size -= 1;
        entry.reject(reason);
      }
    }
  }

  async #work(roomId: string, lane: Entry[]): Promise<void> {
    for (let entry = lane[0]; entry !== undefined; entry = lane[0]) {
      try {
        entry.resolve(await this.#options.deliver(entry.message));
      } catch (error) {
        entry.reject(asEarshotError(error));
      }
      lane.shift();
      this.#size -= 1;
    }
    this.#lanes.delete(roomId);
  }
}

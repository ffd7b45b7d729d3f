import type { ChangeEvent, Message } from '@earshot/shared';

/**
 * Turns messages read back from the store into the events a reader missed. The store keeps a message as it is now, so
 * one event may stand for several: to a reader that never saw the message it is `message.created`, however often the
 * message changed since.
 */
export class Replay {
  readonly #known: number;
  readonly #told = new Set<number>();

  /** `known`: the reader has been told of every message up to this place. */
  constructor(known: number) {
    this.#known = known;
  }

  event(message: Message): ChangeEvent {
    // A message that changes between two pages comes twice.
    const isNew = message.seq > this.#known && !this.#told.has(message.seq);
    if (this.#told.size >= memory) this.#told.clear();
    if (isNew) this.#told.add(message.seq);
    return { type: isNew ? 'message.created' : 'message.updated', message };
  }
}

/** A reader that never catches up must not gather memory; past this it may be told of a message as new twice. */
const memory = 10_000;

/**
 * An event of a shared feed as it is for one reader: a message that the feed first saw late may be known to a reader
 * that came later or read the store itself. `known` as above.
 */
export function forReader(event: ChangeEvent, known: number): ChangeEvent {
  return event.message.seq <= known ? { type: 'message.updated', message: event.message } : event;
}

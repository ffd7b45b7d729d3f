import type { Message } from '@earshot/shared';
import type { ChangeEvent } from './envelope.ts';

/**
 * Turns messages read back from the store into the events a reader missed. The store keeps a message as it is now, so
 * one event may stand for several: to a reader that never saw the message it is `message.created`, however often the
 * message changed since.
 */
export class Replay {
  readonly #known: number;
  readonly #unseen: ReadonlySet<number> | undefined;
  readonly #told = new Set<number>();

  /** `known`: the reader has been told of every message up to this place, except those at the places `unseen`. */
  constructor(known: number, unseen?: ReadonlySet<number>) {
    this.#known = known;
    this.#unseen = unseen;
  }

  event(message: Message): ChangeEvent {
    // A message that changes between two pages comes twice.
    const isNew = (message.seq > this.#known || this.#unseen?.has(message.seq)) && !this.#told.has(message.seq);
    if (this.#told.size >= memory) this.#told.clear();
    if (isNew) this.#told.add(message.seq);
    return { type: isNew ? 'message.created' : 'message.updated', message };
  }
}

/** A reader that never catches up must not gather memory; past this it may be told of a message as new twice. */
const memory = 10_000;

/**
 * An event of a shared feed as it is for one reader: a message that the feed first saw late may be known to a reader
 * that came later or read the store itself. `known` as above; `unseen`: the reader was not told of the message before.
 */
export function forReader(event: ChangeEvent, known: number, unseen = false): ChangeEvent {
  const { message } = event;
  if (message.seq <= known) return event.type === 'message.updated' ? event : { type: 'message.updated', message };
  return unseen ? { type: 'message.created', message } : event;
}

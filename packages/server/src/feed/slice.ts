import { limits, type Message, messageWeight } from '@earshot/shared';
import { type BrokerEvent, isChange } from './envelope.ts';
import type { TurnShare } from './turnShare.ts';

/** Events that one watcher is given in one turn of the event loop; fewer where they have more characters than half a page. */
const eventsMax = 32;
const charsMax = limits.pageChars / 2;

/** The part of a turn, up to 1, that giving a watcher these messages takes. */
export function partFor(messages: readonly Message[]): number {
  const chars = messages.reduce((sum, message) => sum + messageWeight(message), 0);
  return Math.min(1, Math.max(chars / charsMax, messages.length / eventsMax));
}

/** Divides what one watcher is given without waiting for anything into parts, each in a turn of the event loop of its own. */
export class Slice {
  readonly #share: TurnShare;
  #events = 0;
  #chars = 0;

  constructor(share: TurnShare) {
    this.#share = share;
  }

  /** Counts an event that is given. Gives what to wait for before the next; undefined: nothing. */
  add(event: BrokerEvent): Promise<void> | undefined {
    this.#events += 1;
    if (isChange(event)) this.#chars += messageWeight(event.message);
    if (this.#events < eventsMax && this.#chars < charsMax) return undefined;
    this.#events = 0;
    this.#chars = 0;
    return this.#share.later();
  }
}

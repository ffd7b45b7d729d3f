import { limits, type Message, messageWeight } from '@earshot/shared';
import type { TickShares } from '../async/tickShares.ts';
import { type BrokerEvent, isChange } from './envelope.ts';

/**
 * Maximum number of events that one watcher receives in one tick of the event loop. Fewer if they hold more than a third of a page's
 * characters.
 */
const eventsMax = 32;
const charsMax = limits.pageChars / 3;

/** Returns the share of a tick, up to 1, that delivering these messages to one watcher takes. */
export function tickShareOf(messages: readonly Message[]): number {
  const chars = messages.reduce((sum, message) => sum + messageWeight(message), 0);
  return Math.min(1, Math.max(chars / charsMax, messages.length / eventsMax));
}

/** Divides the events that one watcher receives without waiting into parts, each in a tick of the event loop of its own. */
export class EventPacer {
  readonly #tickShares: TickShares;
  #events = 0;
  #chars = 0;

  constructor(tickShares: TickShares) {
    this.#tickShares = tickShares;
  }

  /** Counts a delivered event. Returns a promise to await before the next one, or undefined. */
  spend(event: BrokerEvent): Promise<void> | undefined {
    this.#events += 1;
    if (isChange(event)) this.#chars += messageWeight(event.message);
    if (this.#events < eventsMax && this.#chars < charsMax) return undefined;
    this.#events = 0;
    this.#chars = 0;
    return this.#tickShares.acquireLater();
  }
}

import { limits, messageWeight } from '@earshot/shared';
import { type BrokerEvent, isChange } from './envelope.ts';
import { nextTurn } from './nextTurn.ts';

/** Events that one watcher is given in one turn of the event loop; fewer where they have more characters than a page. */
const eventsMax = 50;

/** Divides what one watcher is given without waiting for anything into parts, each in a turn of the event loop of its own. */
export class Slice {
  #events = 0;
  #chars = 0;

  /** Counts an event that is given. Gives what to wait for before the next; undefined: nothing. */
  add(event: BrokerEvent): Promise<void> | undefined {
    this.#events += 1;
    if (isChange(event)) this.#chars += messageWeight(event.message);
    if (this.#events < eventsMax && this.#chars < limits.pageChars) return undefined;
    this.#events = 0;
    this.#chars = 0;
    return nextTurn();
  }
}

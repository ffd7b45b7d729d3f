import type { EventEmitter } from 'node:events';
import { StartsPerTick } from '../../async/startsPerTick.ts';

/**
 * Calls of an address that begin at a time, about a millisecond of work, and the milliseconds until the next ones. More at a time
 * would also make large transactions of the store, for which the writes of others wait.
 */
const [startsAtOnce, pauseMs] = [8, 2];

interface Entry {
  starts: StartsPerTick;
  /** Open sockets, and requests that are being answered. */
  open: number;
}

/**
 * Bounds the calls that the sockets and requests of one address begin at a time, together. The calls of other addresses run in between, however
 * many connections an attacker opens. It has an entry for each address with an open socket or request.
 */
export class AddressStarts {
  readonly #isBounded: boolean;
  readonly #byAddress = new Map<string, Entry>();

  /** `isBounded`: whether there is such a bound. Without one, each has its own, and nothing is stored. */
  constructor({ isBounded }: { isBounded: boolean }) {
    this.#isBounded = isBounded;
  }

  /** Number of addresses. */
  get size(): number {
    return this.#byAddress.size;
  }

  /** Counts an open socket, or the response to a request, until it closes. Returns what bounds its calls. */
  add(address: string, connection: Pick<EventEmitter, 'once'>): StartsPerTick {
    if (!this.#isBounded) return new StartsPerTick();
    const entry = this.#byAddress.get(address) ?? { starts: new StartsPerTick(startsAtOnce, pauseMs), open: 0 };
    this.#byAddress.set(address, entry);
    entry.open += 1;
    connection.once('close', () => {
      entry.open -= 1;
      if (entry.open === 0) this.#byAddress.delete(address);
    });
    return entry.starts;
  }
}

import type { WebSocket } from 'ws';
import { StartsPerTick } from '../../async/startsPerTick.ts';

/**
 * Calls of all sockets of an address that begin at a time, about a millisecond of work, and the milliseconds until the next ones. More at a time
 * would also make large transactions of the store, for which the writes of others wait.
 */
const [startsAtOnce, pauseMs] = [8, 2];

interface Entry {
  starts: StartsPerTick;
  sockets: number;
}

/**
 * Bounds the calls that the sockets of one address begin at a time, together. The calls of other addresses run in between, however many
 * sockets an attacker opens. It has an entry for each address with an open socket.
 */
export class AddressStarts {
  readonly #isBounded: boolean;
  readonly #byAddress = new Map<string, Entry>();

  /** `isBounded`: whether there is such a bound. Without one, each socket has its own, and nothing is stored. */
  constructor({ isBounded }: { isBounded: boolean }) {
    this.#isBounded = isBounded;
  }

  /** Number of addresses. */
  get size(): number {
    return this.#byAddress.size;
  }

  /** Counts an open socket until it closes. Returns what bounds its calls. */
  add(address: string, socket: Pick<WebSocket, 'once'>): StartsPerTick {
    if (!this.#isBounded) return new StartsPerTick();
    const entry = this.#byAddress.get(address) ?? { starts: new StartsPerTick(startsAtOnce, pauseMs), sockets: 0 };
    this.#byAddress.set(address, entry);
    entry.sockets += 1;
    socket.once('close', () => {
      entry.sockets -= 1;
      if (entry.sockets === 0) this.#byAddress.delete(address);
    });
    return entry.starts;
  }
}

import type { WebSocket } from 'ws';
import { StartsPerTick } from '../../async/startsPerTick.ts';

/** Calls of all sockets of an address that begin in one tick of the event loop: more than one socket's, and a few milliseconds of work. */
const startsPerTick = 32;

interface Entry {
  starts: StartsPerTick;
  sockets: number;
}

/**
 * Bounds the calls that the sockets of one address begin in a tick, together. The calls of other addresses run in between, however many
 * sockets an attacker opens. It has an entry for each address with an open socket.
 */
export class AddressStarts {
  readonly #byAddress = new Map<string, Entry>();

  /** Number of addresses. */
  get size(): number {
    return this.#byAddress.size;
  }

  /** Counts an open socket until it closes. Returns what bounds its calls. */
  add(address: string, socket: Pick<WebSocket, 'once'>): StartsPerTick {
    const entry = this.#byAddress.get(address) ?? { starts: new StartsPerTick(startsPerTick), sockets: 0 };
    this.#byAddress.set(address, entry);
    entry.sockets += 1;
    socket.once('close', () => {
      entry.sockets -= 1;
      if (entry.sockets === 0) this.#byAddress.delete(address);
    });
    return entry.starts;
  }
}

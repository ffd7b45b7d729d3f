import type { EarshotClient, RoomTarget } from '../index.ts';
import { RoomSession } from './roomSession.ts';
import { targetKey } from './roomView.ts';

interface Held {
  readonly session: RoomSession;
  holders: number;
}

const ofClients = new WeakMap<EarshotClient, RoomSessions>();

/** The rooms that components of one client ask for: each joined and watched once, however many ask. */
export class RoomSessions {
  readonly #client: EarshotClient;
  readonly #held = new Map<string, Held>();

  static of(client: EarshotClient): RoomSessions {
    const known = ofClients.get(client);
    if (known !== undefined) return known;
    const sessions = new RoomSessions(client);
    ofClients.set(client, sessions);
    return sessions;
  }

  constructor(client: EarshotClient) {
    this.#client = client;
  }

  find(target: RoomTarget): RoomSession | undefined {
    return this.#held.get(targetKey(target))?.session;
  }

  /** The session of a target, until `release`. `history` counts for the first that asks. */
  hold(target: RoomTarget, history: number | undefined): { session: RoomSession; release: () => void } {
    const key = targetKey(target);
    const held = this.#held.get(key) ?? {
      session: new RoomSession({ client: this.#client, target, history }),
      holders: 0,
    };
    this.#held.set(key, held);
    held.holders += 1;
    // StrictMode, fast refresh and a changed `key` unmount and mount in one go: the others in the room must not see the
    // user leave and come back for that.
    const release = () => {
      held.holders -= 1;
      queueMicrotask(() => this.#closeUnheld(key, held));
    };
    return { session: held.session, release };
  }

  #closeUnheld(key: string, held: Held): void {
    if (held.holders > 0 || this.#held.get(key) !== held) return;
    this.#held.delete(key);
    held.session.close();
  }
}

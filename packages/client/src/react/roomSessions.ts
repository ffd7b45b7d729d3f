import type { EarshotClient, RoomTarget } from '../index.ts';
import { RoomSession } from './roomSession.ts';
import { targetKey } from './roomView.ts';

interface Held {
  readonly session: RoomSession;
  holders: number;
}

const ofClients = new WeakMap<EarshotClient, RoomSessions>();

/** The rooms of the components of one client. Components with the same target share one join and subscription. */
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

  /** Acquires the session of a target, until `release`. The first caller determines `history`. */
  hold(target: RoomTarget, history: number | undefined): { session: RoomSession; release: () => void } {
    const key = targetKey(target);
    const held = this.#held.get(key) ?? {
      session: new RoomSession({ client: this.#client, target, history }),
      holders: 0,
    };
    this.#held.set(key, held);
    held.holders += 1;
    // StrictMode, fast refresh and a changed `key` unmount and mount at once. The release is delayed, so that the others in
    // the room do not see the user leave and rejoin.
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

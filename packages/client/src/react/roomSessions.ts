import type { EarshotClient, RoomTarget } from '../index.ts';
import { RoomSession } from './roomSession.ts';
import { targetKey } from './roomView.ts';

interface SessionRef {
  readonly session: RoomSession;
  refCount: number;
}

const ofClients = new WeakMap<EarshotClient, RoomSessions>();

/** The rooms of the components of one client. Components with the same target share one join and subscription. */
export class RoomSessions {
  readonly #client: EarshotClient;
  readonly #sessions = new Map<string, SessionRef>();

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
    return this.#sessions.get(targetKey(target))?.session;
  }

  /** Acquires the session of a target, until `release`. The first caller determines `history`. */
  acquire(target: RoomTarget, history: number | undefined): { session: RoomSession; release: () => void } {
    const key = targetKey(target);
    const ref = this.#sessions.get(key) ?? {
      session: new RoomSession({ client: this.#client, target, history }),
      refCount: 0,
    };
    this.#sessions.set(key, ref);
    ref.refCount += 1;
    // StrictMode, fast refresh and a changed `key` unmount and mount at once. The release is delayed, so that the others in
    // the room do not see the user leave and rejoin.
    const release = () => {
      ref.refCount -= 1;
      queueMicrotask(() => this.#closeIfUnused(key, ref));
    };
    return { session: ref.session, release };
  }

  #closeIfUnused(key: string, ref: SessionRef): void {
    if (ref.refCount > 0 || this.#sessions.get(key) !== ref) return;
    this.#sessions.delete(key);
    ref.session.close();
  }
}

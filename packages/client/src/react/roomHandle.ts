import { type EarshotClient, EarshotClientError, type RoomTarget, type RoomWatch } from '../index.ts';
import { coalesced } from './coalesced.ts';
import type { RoomSession } from './roomSession.ts';
import { RoomSessions } from './roomSessions.ts';
import { idleRoom, joiningRoom, type RoomActions, type RoomViewState } from './roomView.ts';

interface RoomHandleOptions {
  /** null: no client yet. */
  client: EarshotClient | null;
  target: RoomTarget | null;
  history: number | undefined;
}

/**
 * One component's reference to a room, for `useSyncExternalStore`. Its constructor has no effects, so a discarded
 * render leaves nothing behind.
 */
export class RoomHandle {
  readonly #options: RoomHandleOptions;
  /** Remains after its release, because messages that the user sends during unmounting are still for this room. */
  #session: RoomSession | undefined;

  constructor(options: RoomHandleOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const { client, target, history } = this.#options;
    if (client === null || target === null) return () => {};
    const { session, release } = RoomSessions.of(client).acquire(target, history);
    this.#session = session;
    const { notify, stop } = coalesced(listener);
    let before = session.state.get();
    const unsubscribe = session.state.subscribe((state) => {
      notify(isUrgent(before, state));
      before = state;
    });
    return () => {
      unsubscribe();
      stop();
      release();
    };
  };

  readonly get = (): RoomViewState => this.#find()?.state.get() ?? this.getInitial();

  readonly getInitial = (): RoomViewState => (this.#options.target === null ? idleRoom : joiningRoom);

  readonly actions: RoomActions = {
    send: (content) => ignoreRejection(this.#inSession((session) => session.send(content))),
    retry: (id) => ignoreRejection(this.#inSession((session) => session.retry(id))),
    drop: (id) => this.#session?.drop(id) ?? false,
    edit: (id, content) => this.#inRoom((watch) => watch.edit(id, content)),
    remove: (id) => this.#inRoom((watch) => watch.remove(id)),
    react: (id, emoji, on) => this.#inRoom((watch) => watch.react(id, emoji, on)),
    describe: (change) => this.#inRoom((watch) => watch.describe(change)),
    loadOlder: (limit) => ignoreRejection(this.#inRoom((watch, session) => session.loadOlder(watch, limit))),
    trim: (keep) => this.#session?.watch?.trim(keep),
    trimNewest: (keep) => this.#session?.watch?.trimNewest(keep),
    loadNewer: (limit) => ignoreRejection(this.#inRoom((watch) => watch.loadNewer(limit))),
    loadNewest: (limit) => ignoreRejection(this.#inRoom((watch) => watch.loadNewest(limit))),
    setTyping: (isTyping) => this.#session?.watch?.setTyping(isTyping),
    leave: async () => this.#session?.leave(),
    rejoin: () => this.#session?.rejoin(),
  };

  #find(): RoomSession | undefined {
    const { client, target } = this.#options;
    return client === null || target === null ? undefined : RoomSessions.of(client).find(target);
  }

  #inRoom<T>(act: (watch: RoomWatch, session: RoomSession) => Promise<T>): Promise<T> {
    return this.#inSession(async (session) => {
      if (!session.watch) throw new EarshotClientError('NOT_A_MEMBER');
      return act(session.watch, session);
    });
  }

  async #inSession<T>(act: (session: RoomSession) => Promise<T>): Promise<T> {
    if (!this.#session) throw new EarshotClientError('NOT_A_MEMBER');
    return act(this.#session);
  }
}

/** Effects of the user's own actions are shown at once. Changes by others are coalesced. */
function isUrgent(before: RoomViewState, state: RoomViewState): boolean {
  const urgent = ['status', 'error', 'pending', 'hasOlder', 'hasNewer', 'loadingOlder'] as const;
  return urgent.some((key) => state[key] !== before[key]);
}

/** Marks the rejection as handled, because the state shows the failure too. */
function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

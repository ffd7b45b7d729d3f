import { asEarshotError, type EarshotClient, type RoomState, type RoomTarget, type RoomWatch } from '../index.ts';
import { type Readable, Value } from '../value.ts';
import { MemberList } from './memberList.ts';
import { joiningRoom, type RoomViewState } from './roomView.ts';

interface RoomSessionOptions {
  client: EarshotClient;
  target: RoomTarget;
  /** How many of the newest messages to begin with. */
  history: number | undefined;
}

/** A target joined and watched from now until `close`: what every component sees that asks for it. */
export class RoomSession {
  readonly #options: RoomSessionOptions;
  readonly #state = new Value<RoomViewState>(joiningRoom);
  readonly state: Readable<RoomViewState> = this.#state;
  /** Aborts at the end of this stay in the room; after `rejoin` there is another one. */
  #stay = new AbortController();
  #watch: RoomWatch | null = null;
  #closed = false;

  constructor(options: RoomSessionOptions) {
    this.#options = options;
    void this.#join(this.#stay.signal);
  }

  /** The room, once it is joined. What is sent to it goes out after `close` too. */
  get watch(): RoomWatch | null {
    return this.#watch;
  }

  close(): void {
    this.#closed = true;
    this.#stay.abort();
  }

  rejoin(): void {
    if (this.#closed || this.#state.get().status !== 'stopped') return;
    this.#stay.abort();
    this.#stay = new AbortController();
    this.#watch = null;
    this.#state.set(joiningRoom);
    void this.#join(this.#stay.signal);
  }

  async leave(): Promise<void> {
    if (this.#watch !== null) return this.#watch.leave();
    this.#show({ status: 'stopped', error: null }, this.#stay.signal);
    this.#stay.abort();
  }

  async loadOlder(watch: RoomWatch, limit: number | undefined): Promise<boolean> {
    if (!watch.state.get().hasOlder) return false;
    const { signal } = this.#stay;
    this.#show({ loadingOlder: true }, signal);
    try {
      return await watch.loadOlder(limit);
    } finally {
      this.#show({ loadingOlder: false }, signal);
    }
  }

  async #join(stay: AbortSignal): Promise<void> {
    const { client, target, history } = this.#options;
    let members: MemberList | null = null;
    try {
      const watch = await client.watchRoom(target, {
        ...(history !== undefined && { history }),
        signal: stay,
        onJoinDelayed: (error) => this.#show({ error }, stay),
        onEvent: (event) => members?.heard(event),
      });
      members = this.#listMembers(watch, stay);
      this.#follow(watch, members, stay);
    } catch (error) {
      this.#show({ status: 'stopped', error: asEarshotError(error) }, stay);
    }
  }

  #listMembers({ room }: RoomWatch, stay: AbortSignal): MemberList {
    const { presence } = this.#options.client.trpc;
    return new MemberList({
      list: () => presence.list.query({ roomId: room.id }, { signal: stay }),
      onChange: (members) => this.#show({ members }, stay),
    });
  }

  /** Shows what the watch shows, and lists members while it is live. */
  #follow(watch: RoomWatch, members: MemberList, stay: AbortSignal): void {
    if (stay.aborted) {
      watch.close();
      return;
    }
    this.#watch = watch;
    let live = false;
    const follow = ({ position: _, ...state }: RoomState) => {
      this.#show({ ...state, isNew: watch.isNew }, stay);
      if (live === (state.status === 'live')) return;
      live = !live;
      if (live) void members.refresh();
      else members.stop();
    };
    follow(watch.state.get());
    watch.state.subscribe(follow);
    stay.addEventListener('abort', () => {
      members.stop();
      watch.close();
    });
  }

  /** What ends with a stay is not shown in the next one. */
  #show(change: Partial<RoomViewState>, stay: AbortSignal): void {
    if (!stay.aborted) this.#state.set({ ...this.#state.get(), ...change });
  }
}

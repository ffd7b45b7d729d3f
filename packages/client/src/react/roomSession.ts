import {
  asEarshotError,
  type EarshotClient,
  EarshotClientError,
  type Message,
  type RoomOutbox,
  type RoomState,
  type RoomTarget,
  type RoomWatch,
} from '../index.ts';
import { type Readable, Value } from '../lib/value.ts';
import { PresenceList } from './presenceList.ts';
import { joiningRoom, type RoomViewState } from './roomView.ts';

interface RoomSessionOptions {
  client: EarshotClient;
  target: RoomTarget;
  /** The number of newest messages to start with. */
  history: number | undefined;
}

/** A target that is joined and subscribed to until `close`, shared by all components with this target. */
export class RoomSession {
  readonly #options: RoomSessionOptions;
  readonly #state = new Value<RoomViewState>(joiningRoom);
  readonly state: Readable<RoomViewState> = this.#state;
  /** Aborts at the end of the current stay in the room. `rejoin` starts another one. */
  #controller = new AbortController();
  #watch: RoomWatch | null = null;
  /** The unsent messages while the room is not joined; null if the target does not name the room by id. */
  #outbox: RoomOutbox | null = null;
  /** Resolves when the join has succeeded or failed. */
  #joined: Promise<void>;
  #closed = false;

  constructor(options: RoomSessionOptions) {
    this.#options = options;
    this.#joined = this.#join(this.#controller.signal);
  }

  /** The room, when it is joined. Messages are still sent after `close`. */
  get watch(): RoomWatch | null {
    return this.#watch;
  }

  async send(content: string): Promise<Message> {
    if (this.#watch) return this.#watch.send(content);
    if (this.#outbox) return this.#outbox.send(content, this.#joined);
    throw new EarshotClientError('NOT_A_MEMBER');
  }

  async retry(clientMessageId: string): Promise<Message> {
    const outbox = this.#watch ?? this.#outbox;
    if (outbox === null) throw new EarshotClientError('NOT_A_MEMBER');
    return outbox.retry(clientMessageId);
  }

  drop(clientMessageId: string): boolean {
    return (this.#watch ?? this.#outbox)?.drop(clientMessageId) ?? false;
  }

  close(): void {
    this.#closed = true;
    this.#controller.abort();
  }

  rejoin(): void {
    if (this.#closed || this.#state.get().status !== 'stopped') return;
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#watch = null;
    this.#state.set(joiningRoom);
    this.#joined = this.#join(this.#controller.signal);
  }

  async leave(): Promise<void> {
    if (this.#watch !== null) return this.#watch.leave();
    this.#show({ status: 'stopped', error: null }, this.#controller.signal);
    this.#controller.abort();
  }

  async loadOlder(watch: RoomWatch, limit: number | undefined): Promise<boolean> {
    if (!watch.state.get().hasOlder) return false;
    const { signal } = this.#controller;
    this.#show({ loadingOlder: true }, signal);
    try {
      return await watch.loadOlder(limit);
    } finally {
      this.#show({ loadingOlder: false }, signal);
    }
  }

  async #join(signal: AbortSignal): Promise<void> {
    const { client, target, history } = this.#options;
    if ('roomId' in target) this.#outbox = this.#showOutbox(client.outbox(target.roomId), signal);
    let presenceList: PresenceList | null = null;
    try {
      const watch = await client.watchRoom(target, {
        ...(history !== undefined && { history }),
        signal: signal,
        onJoinDelayed: (error) => this.#show({ error }, signal),
        onEvent: (event) => presenceList?.onEvent(event),
      });
      presenceList = this.#createPresenceList(watch, signal);
      this.#showWatch(watch, presenceList, signal);
    } catch (error) {
      this.#show({ status: 'stopped', error: asEarshotError(error) }, signal);
    }
  }

  /** Shows the unsent messages until the subscription does. */
  #showOutbox(outbox: RoomOutbox, signal: AbortSignal): RoomOutbox {
    const show = (pending: RoomViewState['pending']) => this.#show({ pending }, signal);
    show(outbox.pending.get());
    outbox.pending.subscribe(show);
    signal.addEventListener('abort', outbox.close);
    return outbox;
  }

  #createPresenceList({ room }: RoomWatch, signal: AbortSignal): PresenceList {
    const { presence } = this.#options.client.trpc;
    return new PresenceList({
      list: () => presence.list.query({ roomId: room.id }, { signal: signal }),
      onChange: (present) => this.#show({ present }, signal),
    });
  }

  /** Shows the state of the subscription, and lists the users present while it is live. */
  #showWatch(watch: RoomWatch, presenceList: PresenceList, signal: AbortSignal): void {
    if (signal.aborted) {
      watch.close();
      return;
    }
    this.#watch = watch;
    this.#outbox?.close();
    let live = false;
    const onState = ({ position: _, ...state }: RoomState) => {
      this.#show({ ...state, isNew: watch.isNew }, signal);
      if (live === (state.status === 'live')) return;
      live = !live;
      if (live) void presenceList.refresh();
      else presenceList.stop();
    };
    onState(watch.state.get());
    watch.state.subscribe(onState);
    signal.addEventListener('abort', () => {
      presenceList.stop();
      watch.close();
    });
  }

  /** Changes of an ended stay are not shown in the next one. */
  #show(change: Partial<RoomViewState>, signal: AbortSignal): void {
    if (!signal.aborted) this.#state.set({ ...this.#state.get(), ...change });
  }
}

import { limits, type StartEvent, type User } from '@earshot/shared';
import type { Connection } from '../../domain/connection.ts';
import { readSnapshot } from '../../domain/readSnapshot.ts';
import type { Services } from '../../domain/services.ts';
import { type WatchedEvent, type WatchItem, type WatchPresenter, watchRoom } from '../../domain/watchRoom.ts';
import type { FeedEvent } from '../../feed/envelope.ts';
import type { Handoff, Sink } from '../../feed/watcher.ts';

interface RoomSessionOptions {
  services: Services;
  connection: Connection;
  roomId: string;
  /** Aborts when the socket has closed. */
  closed: AbortSignal;
  /** The sink for writing events directly, without `onEvent`, once that has been called. */
  sink: Sink | undefined;
}

const history = limits.historyDefault;

const presenter: WatchPresenter<WatchItem> = {
  item: (value) => ({ done: false, value }),
  error: (error) => error,
};

/** A socket's session in a room: the user is present there and receives events, until the session ends. */
export class RoomSession {
  readonly roomId: string;
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #user: User;
  readonly #stop = new AbortController();
  readonly #watch: AsyncIterableIterator<WatchItem, void, void>;
  #ended: Promise<unknown> = Promise.resolve();
  /** Writes the pending events of a handoff. */
  #flush: (() => void) | undefined;
  /** Delivery is held back until this resolves. */
  #resumed: Promise<void> = Promise.resolve();
  #isPaused = false;
  /** The seq of the last change in the latest snapshot. */
  #snapshotSeq = 0;
  /** The seq of the last event delivered here. */
  #deliveredSeq = 0;

  constructor({ services, connection, roomId, closed, sink }: RoomSessionOptions) {
    this.roomId = roomId;
    this.#services = services;
    this.#connection = connection;
    this.#user = connection.user;
    const signal = AbortSignal.any([this.#stop.signal, closed]);
    this.#watch = watchRoom(services, connection, {
      ...{ roomId, history, signal, presenter },
      sink: sink && {
        ...{ codec: sink.codec, key: sink.key, frame: (text) => sink.frame(text) },
        write: (bytes) => this.#mayWriteDirectly && sink.write(bytes),
      },
    });
  }

  /** Whether events may be written to the sink: not while a snapshot is sent, nor until all events in it have passed through here. */
  get #mayWriteDirectly(): boolean {
    return !this.#isPaused && this.#deliveredSeq >= this.#snapshotSeq;
  }

  /** Whether the session belongs to that user, under that name, in that room. */
  matches(roomId: string, { userId, username }: User): boolean {
    return this.roomId === roomId && this.#user.userId === userId && this.#user.username === username;
  }

  /** Enters the room; resolves to its snapshot. Null if the session has already ended. Throws `ROOM_FULL` and other join errors. */
  async enter(): Promise<StartEvent | null> {
    const { value } = await this.#watch.next();
    return value?.kind === 'event' && 'messages' in value.event ? value.event : null;
  }

  /** Delivers all following events. Resolves when the session ends; rejects if the server ended it. */
  deliver(onEvent: (watched: WatchedEvent) => void): Promise<void> {
    const delivery = this.#deliverAll(onEvent);
    this.#ended = delivery.catch(() => {});
    return delivery;
  }

  /**
   * Sends a new snapshot to a client that already receives events. Events are held back meanwhile, and those in the
   * snapshot are then skipped: each message comes once, and none comes before a history that lacks it.
   */
  async resendSnapshot(send: (start: StartEvent) => void): Promise<void> {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    this.#resumed = promise;
    this.#isPaused = true;
    try {
      const { position, event } = await readSnapshot(this.#services, this.#connection, {
        roomId: this.roomId,
        history,
      });
      this.#snapshotSeq = position.seq;
      send(event);
    } finally {
      this.#isPaused = false;
      release();
    }
  }

  /** Delivers all events so far, and none from now on. Resolves when the session has ended and presence is updated. */
  async leave(): Promise<void> {
    this.#flush?.();
    this.#stop.abort();
    await this.#ended;
  }

  async #deliverAll(onEvent: (watched: WatchedEvent) => void): Promise<void> {
    // Declared outside the loop and cleared: an idle session would retain the last event.
    let item: WatchItem | null;
    for await (item of this.#watch) {
      await this.#resumed;
      if (item.kind === 'handoff') await this.#handOff(item);
      else if (this.#stop.signal.aborted) break;
      else this.#deliver(item, onEvent);
      item = null;
    }
  }

  async #handOff(handoff: Handoff): Promise<void> {
    if (!this.#mayWriteDirectly) return;
    await new Promise<void>((ended) => {
      this.#flush = handoff.begin(ended);
    });
    this.#flush = undefined;
  }

  #deliver(watched: WatchedEvent, onEvent: (watched: WatchedEvent) => void): void {
    const { event, position } = watched;
    // Another history has its own sequence numbers.
    if (event.type === 'reset') this.#snapshotSeq = 0;
    this.#deliveredSeq = position.seq;
    if (!this.#isInSnapshot(event)) onEvent(watched);
  }

  #isInSnapshot(event: FeedEvent): boolean {
    return event.type === 'message.created' && event.message.seq <= this.#snapshotSeq;
  }
}

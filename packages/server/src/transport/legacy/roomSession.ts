import { limits, type StartEvent, type User } from '@earshot/shared';
import type { Connection } from '../../domain/connection.ts';
import type { Services } from '../../domain/services.ts';
import { readSnapshot, type WatchedEvent, watchRoom } from '../../domain/watchRoom.ts';
import type { FeedEvent } from '../../feed/envelope.ts';
import type { Handoff } from '../../feed/hub.ts';
import type { Sink } from '../../feed/sharedWatcher.ts';

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

/** A socket's session in a room: the user is present there and receives events, until the session ends. */
export class RoomSession {
  readonly roomId: string;
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #user: User;
  readonly #stop = new AbortController();
  readonly #events: AsyncGenerator<WatchedEvent | Handoff, void, void>;
  #ended: Promise<unknown> = Promise.resolve();
  /** Writes the pending events of a handoff. */
  #flush: (() => void) | undefined;
  /** Delivery is held back until this resolves. */
  #resumed: Promise<void> = Promise.resolve();
  #isHeld = false;
  /** Number of snapshots sent again. */
  #snapshotCount = 0;
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
    this.#events = watchRoom(services, connection, { roomId, history, signal, sink: sink && this.#currentSink(sink) });
  }

  /** The sink. It is invalid while a snapshot is sent, and until all events in the snapshot have passed through here. */
  #currentSink(sink: Sink): () => Sink | undefined {
    return () => {
      if (this.#isHeld || this.#deliveredSeq < this.#snapshotSeq) return undefined;
      const snapshotCount = this.#snapshotCount;
      const { codec, key } = sink;
      const write = (bytes: Uint8Array) => snapshotCount === this.#snapshotCount && sink.write(bytes);
      return { codec, key, frame: (text) => sink.frame(text), write };
    };
  }

  /** Whether the session belongs to that user, under that name, in that room. */
  matches(roomId: string, { userId, username }: User): boolean {
    return this.roomId === roomId && this.#user.userId === userId && this.#user.username === username;
  }

  /** Enters the room; resolves to its snapshot. Null if the session has already ended. Throws `ROOM_FULL` and other join errors. */
  async enter(): Promise<StartEvent | null> {
    const first = await this.#events.next();
    return first.done || 'begin' in first.value || !('messages' in first.value.event) ? null : first.value.event;
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
    this.#isHeld = true;
    this.#snapshotCount += 1;
    try {
      const { position, event } = await readSnapshot(this.#services, this.#connection, {
        roomId: this.roomId,
        history,
      });
      this.#snapshotSeq = position.seq;
      send(event);
    } finally {
      this.#isHeld = false;
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
    let watched: WatchedEvent | Handoff | null;
    for await (watched of this.#events) {
      await this.#resumed;
      if ('begin' in watched) {
        const { begin } = watched;
        await new Promise<void>((ended) => {
          this.#flush = begin(ended);
        });
        this.#flush = undefined;
        continue;
      }
      if (this.#stop.signal.aborted) break;
      // Another history has its own sequence numbers.
      if (watched.event.type === 'reset') this.#snapshotSeq = 0;
      this.#deliveredSeq = watched.position.seq;
      if (!this.#isInSnapshot(watched.event)) onEvent(watched);
      watched = null;
    }
  }

  #isInSnapshot(event: FeedEvent): boolean {
    return event.type === 'message.created' && event.message.seq <= this.#snapshotSeq;
  }
}

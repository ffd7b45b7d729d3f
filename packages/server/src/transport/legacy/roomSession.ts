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
  /** Where events may be written past `onEvent`, once that is called. */
  sink: Sink | undefined;
}

const history = limits.historyDefault;

/** A socket's stay in a room: it is present there, and hears what happens, until it leaves. */
export class RoomSession {
  readonly roomId: string;
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #user: User;
  readonly #stop = new AbortController();
  readonly #events: AsyncGenerator<WatchedEvent | Handoff, void, void>;
  #ended: Promise<unknown> = Promise.resolve();
  /** Writes what waits to be written past `onEvent`. */
  #flush: (() => void) | undefined;
  /** Until it resolves, what happens waits to be heard. */
  #resumed: Promise<void> = Promise.resolve();
  #isHeld = false;
  /** How often the room was told again. */
  #snapshotCount = 0;
  /** Number of the last change in what was told with the room itself. */
  #snapshotSeq = 0;
  /** Number of the last change that passed through here. */
  #deliveredSeq = 0;

  constructor({ services, connection, roomId, closed, sink }: RoomSessionOptions) {
    this.roomId = roomId;
    this.#services = services;
    this.#connection = connection;
    this.#user = connection.user;
    const signal = AbortSignal.any([this.#stop.signal, closed]);
    this.#events = watchRoom(services, connection, { roomId, history, signal, sink: sink && this.#currentSink(sink) });
  }

  /** The sink, until the room is told again, and then not before all that was told has passed through here. */
  #currentSink(sink: Sink): () => Sink | undefined {
    return () => {
      if (this.#isHeld || this.#deliveredSeq < this.#snapshotSeq) return undefined;
      const snapshotCount = this.#snapshotCount;
      const { codec, key } = sink;
      const write = (bytes: Uint8Array) => snapshotCount === this.#snapshotCount && sink.write(bytes);
      return { codec, key, frame: (text) => sink.frame(text), write };
    };
  }

  /** Whether it is that user's, under that name, in that room. */
  matches(roomId: string, { userId, username }: User): boolean {
    return this.roomId === roomId && this.#user.userId === userId && this.#user.username === username;
  }

  /** Enters; resolves with how the room is. Null when the visit is over already. Throws `ROOM_FULL` and the like. */
  async enter(): Promise<StartEvent | null> {
    const first = await this.#events.next();
    return first.done || 'begin' in first.value || !('messages' in first.value.event) ? null : first.value.event;
  }

  /** Hands over what happens from here on. Resolves when the visit is over; rejects when that is the server's doing. */
  deliver(onEvent: (watched: WatchedEvent) => void): Promise<void> {
    const delivery = this.#deliverAll(onEvent);
    this.#ended = delivery.catch(() => {});
    return delivery;
  }

  /**
   * Tells how the room is now, to one who hears it already. What happens meanwhile is heard afterwards, as far as it was
   * not told: each message comes once, and none comes before the history that lacks it.
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

  /** What happened until now is heard, nothing from this moment on. Resolves when the visit is over; presence hears of it then. */
  async leave(): Promise<void> {
    this.#flush?.();
    this.#stop.abort();
    await this.#ended;
  }

  async #deliverAll(onEvent: (watched: WatchedEvent) => void): Promise<void> {
    // Declared out here and emptied: a visit that rests would keep the last event.
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
      // Numbers begin anew in another history.
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

import { limits, type StartEvent, type User } from '@earshot/shared';
import type { Connection } from '../../domain/connection.ts';
import type { Services } from '../../domain/services.ts';
import { lookAround, type WatchedEvent, watchRoom } from '../../domain/watchRoom.ts';
import type { FeedEvent } from '../../feed/envelope.ts';
import type { Ride } from '../../feed/hub.ts';
import type { Sink } from '../../feed/seat.ts';

interface VisitOptions {
  services: Services;
  connection: Connection;
  roomId: string;
  /** Aborts when the socket has closed. */
  closed: AbortSignal;
  /** Where events may be written past `hear`, once that is called. */
  sink: Sink | undefined;
}

const history = limits.historyDefault;

/** A socket's stay in a room: it is present there, and hears what happens, until it leaves. */
export class Visit {
  readonly roomId: string;
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #user: User;
  readonly #stop = new AbortController();
  readonly #events: AsyncGenerator<WatchedEvent | Ride, void, void>;
  #ended: Promise<unknown> = Promise.resolve();
  /** Writes what waits to be written past `hear`. */
  #flush: (() => void) | undefined;
  /** Until it resolves, what happens waits to be heard. */
  #held: Promise<void> = Promise.resolve();
  #holding = false;
  /** How often the room was told again. */
  #tellings = 0;
  /** Number of the last change in what was told with the room itself. */
  #toldTo = 0;
  /** Number of the last change that passed through here. */
  #heardTo = 0;

  constructor({ services, connection, roomId, closed, sink }: VisitOptions) {
    this.roomId = roomId;
    this.#services = services;
    this.#connection = connection;
    this.#user = connection.user;
    const signal = AbortSignal.any([this.#stop.signal, closed]);
    this.#events = watchRoom(services, connection, { roomId, history, signal, sink: sink && this.#untilTold(sink) });
  }

  /** The sink, until the room is told again, and then not before all that was told has passed through here. */
  #untilTold(sink: Sink): () => Sink | undefined {
    return () => {
      if (this.#holding || this.#heardTo < this.#toldTo) return undefined;
      const tellings = this.#tellings;
      const { codec, key } = sink;
      const write = (bytes: Uint8Array) => tellings === this.#tellings && sink.write(bytes);
      return { codec, key, frame: (text) => sink.frame(text), write };
    };
  }

  /** Whether it is that user's, under that name, in that room. */
  isOf(roomId: string, { userId, username }: User): boolean {
    return this.roomId === roomId && this.#user.userId === userId && this.#user.username === username;
  }

  /** Enters; resolves with how the room is. Null when the visit is over already. Throws `ROOM_FULL` and the like. */
  async enter(): Promise<StartEvent | null> {
    const first = await this.#events.next();
    return first.done || 'begin' in first.value || !('messages' in first.value.event) ? null : first.value.event;
  }

  /** Hands over what happens from here on. Resolves when the visit is over; rejects when that is the server's doing. */
  follow(hear: (watched: WatchedEvent) => void): Promise<void> {
    const following = this.#hearAll(hear);
    this.#ended = following.catch(() => {});
    return following;
  }

  /**
   * Tells how the room is now, to one who hears it already. What happens meanwhile is heard afterwards, as far as it was
   * not told: each message comes once, and none comes before the history that lacks it.
   */
  async tellAgain(tell: (start: StartEvent) => void): Promise<void> {
    const { promise, resolve: goOn } = Promise.withResolvers<void>();
    this.#held = promise;
    this.#holding = true;
    this.#tellings += 1;
    try {
      const { position, event } = await lookAround(this.#services, this.#connection, { roomId: this.roomId, history });
      this.#toldTo = position.seq;
      tell(event);
    } finally {
      this.#holding = false;
      goOn();
    }
  }

  /** What happened until now is heard, nothing from this moment on. Resolves when the visit is over; presence hears of it then. */
  async leave(): Promise<void> {
    this.#flush?.();
    this.#stop.abort();
    await this.#ended;
  }

  async #hearAll(hear: (watched: WatchedEvent) => void): Promise<void> {
    // Declared out here and emptied: a visit that rests would keep the last event.
    let watched: WatchedEvent | Ride | null;
    for await (watched of this.#events) {
      await this.#held;
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
      if (watched.event.type === 'reset') this.#toldTo = 0;
      this.#heardTo = watched.position.seq;
      if (!this.#wasTold(watched.event)) hear(watched);
      watched = null;
    }
  }

  #wasTold(event: FeedEvent): boolean {
    return event.type === 'message.created' && event.message.seq <= this.#toldTo;
  }
}

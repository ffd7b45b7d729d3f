import { limits, type StartEvent } from '@earshot/shared';
import type { Connection } from '../../domain/connection.ts';
import type { Services } from '../../domain/services.ts';
import { type WatchedEvent, watchRoom } from '../../domain/watchRoom.ts';
import type { Sink } from '../../feed/fanOut.ts';

interface VisitOptions {
  services: Services;
  connection: Connection;
  roomId: string;
  /** Aborts when the socket has closed. */
  closed: AbortSignal;
  /** Where events may be written past `hear`, once that is called. */
  sink: Sink | undefined;
}

/** A socket's stay in a room: it is present there, and hears what happens, until it leaves. */
export class Visit {
  readonly roomId: string;
  readonly #stop = new AbortController();
  readonly #events: AsyncGenerator<WatchedEvent, void, void>;
  #ended: Promise<unknown> = Promise.resolve();

  constructor({ services, connection, roomId, closed, sink }: VisitOptions) {
    this.roomId = roomId;
    const signal = AbortSignal.any([this.#stop.signal, closed]);
    this.#events = watchRoom(services, connection, {
      roomId,
      history: limits.historyDefault,
      signal,
      sink: sink && (() => sink),
    });
  }

  /** Enters; resolves with how the room is. Null when the visit is over already. Throws `ROOM_FULL` and the like. */
  async enter(): Promise<StartEvent | null> {
    const first = await this.#events.next();
    return first.done || !('messages' in first.value.event) ? null : first.value.event;
  }

  /** Hands over what happens from here on. Resolves when the visit is over; rejects when that is the server's doing. */
  follow(hear: (watched: WatchedEvent) => void): Promise<void> {
    const following = this.#hearAll(hear);
    this.#ended = following.catch(() => {});
    return following;
  }

  /** Nothing is heard any more from this moment on. Resolves when the socket is no longer present through this visit. */
  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #hearAll(hear: (watched: WatchedEvent) => void): Promise<void> {
    for await (const watched of this.#events) {
      if (this.#stop.signal.aborted) break;
      hear(watched);
    }
  }
}

import type { Location, StartEvent } from '@earshot/shared';
import type { Connection } from '../../domain/connection.ts';
import type { JoinedRoom } from '../../domain/joinRoom.ts';
import type { WatchedEvent } from '../../domain/watchRoom.ts';
import type { Sink } from '../../feed/watcher.ts';
import type { FrameWriter } from './frameWriter.ts';
import { RoomSession } from './roomSession.ts';
import type { SocketParts } from './socketParts.ts';

interface CurrentRoomOptions {
  connection: Connection;
  writer: FrameWriter;
  /** Aborts when the socket has closed. */
  closed: AbortSignal;
  /** Called when the server ended the session. */
  onError: (error: unknown) => void;
}

/** The room that one socket is in: none or one. */
export class CurrentRoom {
  readonly #parts: SocketParts;
  readonly #options: CurrentRoomOptions;
  readonly #sink: Sink | undefined;
  #session: RoomSession | null = null;

  constructor(parts: SocketParts, options: CurrentRoomOptions) {
    this.#parts = parts;
    this.#options = options;
    // Without the echo, senders get different frames, so nothing is shared.
    this.#sink = parts.sharedFrames && parts.echo ? options.writer.sink() : undefined;
  }

  /** Null if the socket is in no room. */
  get id(): string | null {
    return this.#session?.roomId ?? null;
  }

  /**
   * Enters the joined room, then leaves the one before: a client that can't enter stays where it is. A client that is
   * already in the room gets a new snapshot. `location`: the caller's, if it is known.
   */
  async enter(joined: JoinedRoom, location: Location | null): Promise<void> {
    const roomId = joined.room.id;
    const sendStart = (start: StartEvent) => this.#sendStart(joined, location, start);
    const before = this.#session;
    if (before?.matches(roomId, this.#options.connection.user)) {
      await before.resendSnapshot(sendStart);
      if (this.#session === before) return; // otherwise the session ended meanwhile: the user left by another connection
    }
    // Two sessions in one room would both receive its events. A user with a new name leaves and joins again.
    if (this.id === roomId) await this.leave();
    const session = this.#createSession(roomId);
    const start = await session.enter();
    void this.#session?.leave();
    this.#session = session;
    if (start === null) return this.#onEnd(session);
    sendStart(start);
    this.#deliverAll(session);
  }

  async leave(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.leave();
  }

  #createSession(roomId: string): RoomSession {
    const { connection, closed } = this.#options;
    return new RoomSession({ services: this.#parts.services, connection, roomId, closed, sink: this.#sink });
  }

  #sendStart({ room, isNew }: JoinedRoom, location: Location | null, start: StartEvent): void {
    const { writer } = this.#options;
    const { userCount } = start;
    if (location !== null) writer.send(this.#parts.frameCodec.roomJoined({ room, isNew, userCount, location }));
    writer.sendEvent(start);
  }

  #deliverAll(session: RoomSession): void {
    const { connection, onError } = this.#options;
    session
      .deliver((watched) => this.#deliver(watched))
      .catch((error: unknown) => {
        if (!connection.endSignal.aborted) onError(error);
      })
      .finally(() => this.#onEnd(session));
  }

  #deliver({ event, isOwn }: WatchedEvent): void {
    const skipped = isOwn && event.type === 'message.created' && !this.#parts.echo;
    if (!skipped) this.#options.writer.sendEvent(event);
  }

  /** Called when a session has ended. Commands received before the socket closed still go to its room. */
  #onEnd(session: RoomSession): void {
    if (this.#session === session && !this.#options.closed.aborted) this.#session = null;
  }
}

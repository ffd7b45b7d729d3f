import type { Socket } from 'node:net';
import { EarshotError, errorEntry, type Location, type StartEvent } from '@earshot/shared';
import type { RawData, WebSocket } from 'ws';
import { InFlight } from '../../async/inFlight.ts';
import { Connection } from '../../domain/connection.ts';
import { type Joined, joinNamedRoom, joinRoom } from '../../domain/joinRoom.ts';
import type { NamedRoom } from '../../domain/namedRoom.ts';
import { sendMessage } from '../../domain/sendMessage.ts';
import type { Services } from '../../domain/services.ts';
import { setTyping } from '../../domain/setTyping.ts';
import { updateLocation } from '../../domain/updateLocation.ts';
import type { WatchedEvent } from '../../domain/watchRoom.ts';
import type { Sink } from '../../feed/subscriber.ts';
import type { Authenticator } from '../authenticate.ts';
import { trackTransport } from '../clientTransport.ts';
import { closeReason } from '../closeReason.ts';
import { toErrorResponse } from '../errorResponse.ts';
import { endOnExpiry } from '../expiry.ts';
import { inflationBudget } from '../inflation.ts';
import { Outbound, type OutboundTimes } from '../outbound.ts';
import type { Report } from '../report.ts';
import { textFrame } from '../textFrame.ts';
import type { UnidentifiedSockets } from '../unidentifiedSockets.ts';
import { authenticate } from './authenticateClaim.ts';
import type { Claim, Command } from './command.ts';
import type { FrameCodec } from './frameCodec.ts';
import { FrameQueue } from './frameQueue.ts';
import { RoomSession } from './roomSession.ts';
import type { SharedFrames } from './sharedFrames.ts';

/** The parts that all legacy sockets share. */
export interface SocketParts {
  services: Services;
  authenticator: Authenticator;
  inFlight: InFlight;
  unidentified: UnidentifiedSockets;
  slowReaders: Partial<OutboundTimes>;
  /** Whether sockets in one room may share frames. */
  sharedFrames: boolean;
  report: Report;
  /** Maximum bytes in one frame. */
  frameBytes: number;
  frameCodec: FrameCodec;
  frames: { plain: SharedFrames; compressed: SharedFrames };
  /** Whether senders receive their own messages. */
  echo: boolean;
}

/** Failed authentications after which a socket is closed. */
const failuresMax = 5;
/** Milliseconds in which commands received before the socket's close can finish. */
const closeGraceMs = 5_000;

/** One socket of a legacy client: its identity, its one room, and its frames in both directions. */
export class LegacySocket {
  readonly #parts: SocketParts;
  readonly #socket: WebSocket;
  readonly #named: NamedRoom;
  readonly #outbound: Outbound;
  readonly #frames: SharedFrames;
  readonly #connection: Connection;
  readonly #sink: Sink | undefined;
  readonly #closed = new AbortController();
  readonly #inFlight = new InFlight();
  readonly #identified: () => void;
  #session: RoomSession | null = null;
  #userId: string | null = null;
  #identityEnd = new AbortController();
  #failures = 0;
  /** The server is closing the socket; further frames are ignored. */
  #closing = false;

  /** `named`: the room in the path, which `Join` joins. */
  constructor(
    parts: SocketParts,
    { socket, stream, address, named }: { socket: WebSocket; stream: Socket; address: string; named: NamedRoom },
  ) {
    this.#parts = parts;
    this.#socket = socket;
    this.#named = named;
    this.#identified = parts.unidentified.add(address, socket);
    const outbound = new Outbound({ socket, stream }, parts.report, parts.slowReaders);
    this.#outbound = outbound;
    this.#frames = outbound.frame === textFrame ? parts.frames.plain : parts.frames.compressed;
    // Without the echo, senders get different frames, so nothing is shared.
    const isShared = parts.sharedFrames && parts.echo;
    this.#sink = isShared ? this.#frames.sink(outbound) : undefined;
    this.#connection = new Connection({ user: null, transport: trackTransport(socket, outbound), address });
    this.#connection.endSignal.addEventListener('abort', () => this.#end(this.#connection.endSignal.reason), {
      once: true,
    });
    const frameQueue = new FrameQueue({
      socket,
      isStopping: () => parts.inFlight.isDraining,
      handle: (data, isBinary, release) =>
        parts.inFlight.run(() => this.#inFlight.run(() => this.#answer({ data, isBinary, release }))),
    });
    const { frameBytes, report } = parts;
    const inflation = inflationBudget({ socket, stream, frameBytes, report });
    socket.on('message', (data, isBinary) => {
      if (Buffer.isBuffer(data) && inflation?.take(data.length) === false) this.#closing = true;
      else frameQueue.push(data, isBinary);
    });
    socket.on('error', (error) => this.#reportFault(error));
    socket.on('close', async () => {
      this.#identityEnd.abort();
      await this.#inFlight.drain(closeGraceMs); // users leave after their last message is sent
      this.#closed.abort();
    });
  }

  async #answer({ data, isBinary, release }: Frame): Promise<void> {
    if (this.#closing) return;
    try {
      const command = this.#read(data, isBinary);
      const done = this.#execute(command);
      // Commands with a claim change the identity or the room, so later frames wait for them. Other commands keep their order anyway.
      if (!('claim' in command)) release();
      await done;
    } catch (error) {
      this.#sendError(error);
    }
    await this.#connection.transport.writable(); // a client that sends but never reads must not accumulate answers
  }

  #read(data: RawData, isBinary: boolean): Command {
    try {
      if (isBinary) throw new EarshotError('INVALID_INPUT', { message: 'Frames must be text.' });
      return this.#parts.frameCodec.read(String(data));
    } catch (error) {
      this.#parts.services.budget.spend(this.#connection, 'malformedCall');
      throw error;
    }
  }

  async #execute(command: Command): Promise<void> {
    const { services } = this.#parts;
    const connection = this.#connection;
    switch (command.type) {
      case 'Auth':
        services.budget.spend(connection, 'identify');
        await this.#identify(command.claim);
        return this.#send(this.#parts.frameCodec.userJoined(connection.user));
      case 'Join':
        services.budget.spend(connection, 'identify');
        await this.#identify(command.claim);
        return this.#enterRoom(await joinNamedRoom(services, connection, this.#named), this.#named.location);
      case 'JoinLocalChat': {
        services.budget.spend(connection, 'identify');
        await this.#identify(command.claim);
        const { location, searchRadius } = command;
        return this.#enterRoom(await joinRoom(services, connection, { location, searchRadius }), location);
      }
      case 'Message':
        await sendMessage(services, connection, { roomId: this.#roomId(), content: command.content });
        return;
      case 'LocationUpdate':
        if (this.#session !== null) await updateLocation(services, connection, command.location);
        return;
      case 'Typing':
        if (this.#session !== null) {
          await setTyping(services, connection, { roomId: this.#session.roomId, isTyping: command.isTyping });
        }
    }
  }

  async #identify(claim: Claim): Promise<void> {
    const identity = await authenticate(this.#parts.authenticator, claim).catch(async (error: unknown) => {
      // Unreachable keys don't count as a failed authentication of the client.
      if (error instanceof EarshotError && errorEntry(error.code).http === 401) await this.#clearIdentity();
      throw error;
    });
    this.#identified();
    const { userId } = identity.user;
    if (this.#userId !== userId) await this.#leave(); // another user speaks from now on
    this.#userId = userId;
    this.#connection.identify(identity);
    this.#identityEnd.abort();
    this.#identityEnd = new AbortController();
    if (this.#closed.signal.aborted) return;
    endOnExpiry(this.#connection, identity.expiresAt, this.#identityEnd.signal);
  }

  /** Handles a failed authentication. The former user is signed out too, because another person may hold the device. */
  async #clearIdentity(): Promise<void> {
    this.#failures += 1;
    await this.#leave();
    this.#userId = null;
    this.#connection.identify(null);
    this.#identityEnd.abort();
  }

  /** The room that messages are sent to. */
  #roomId(): string {
    if (this.#session !== null) return this.#session.roomId;
    throw new EarshotError(this.#userId === null ? 'UNAUTHENTICATED' : 'NOT_A_MEMBER');
  }

  /**
   * Enters the joined room, then leaves the one before: a client that can't enter stays where it is. A client that is
   * already in the room gets a new snapshot. `location`: the caller's, if it is known.
   */
  async #enterRoom({ room, isNew }: Joined, location: Location | null): Promise<void> {
    const { services, frameCodec } = this.#parts;
    const sendStart = (start: StartEvent) => {
      if (location !== null) this.#send(frameCodec.roomJoined({ room, isNew, userCount: start.userCount, location }));
      this.#sendFrame(this.#frames.frameFor(start));
    };
    const before = this.#session;
    if (before?.matches(room.id, this.#connection.user)) {
      await before.resendSnapshot(sendStart);
      if (this.#session === before) return; // otherwise the session ended meanwhile: the user left by another connection
    }
    // Two sessions in one room would both receive its events. A user with a new name leaves and joins again.
    if (this.#session?.roomId === room.id) await this.#leave();
    const session = new RoomSession({
      services,
      connection: this.#connection,
      roomId: room.id,
      closed: this.#closed.signal,
      sink: this.#sink,
    });
    const start = await session.enter();
    void this.#session?.leave();
    this.#session = session;
    if (start === null) return this.#onSessionEnd(session);
    sendStart(start);
    session
      .deliver((watched) => this.#deliver(watched))
      .catch((error: unknown) => {
        if (!this.#connection.endSignal.aborted) this.#sendError(error);
      })
      .finally(() => this.#onSessionEnd(session));
  }

  /** Called when a session has ended. Commands received before the socket closed still go to its room. */
  #onSessionEnd(session: RoomSession): void {
    if (this.#session === session && !this.#closed.signal.aborted) this.#session = null;
  }

  async #leave(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.leave();
  }

  #deliver({ event, isOwn }: WatchedEvent): void {
    const skipped = isOwn && event.type === 'message.created' && !this.#parts.echo;
    if (!skipped) this.#sendFrame(this.#frames.frameFor(event));
  }

  #send(text: string): void {
    this.#outbound.send(text);
  }

  #sendFrame(frame: Buffer | null): void {
    if (frame !== null) this.#outbound.sendFrame(frame);
  }

  #sendError(error: unknown): void {
    const response = toErrorResponse(error);
    this.#parts.report(response.data.errorCode, error, 'legacy socket');
    this.#send(this.#parts.frameCodec.error(response));
    if (this.#failures >= failuresMax) this.#close(new EarshotError('UNAUTHENTICATED'));
  }

  /** Called when the server ends the connection. */
  #end(reason: unknown): void {
    this.#sendError(reason);
    if (reason instanceof EarshotError) this.#close(reason);
  }

  #close({ code, message }: EarshotError): void {
    this.#closing = true;
    this.#socket.close(errorEntry(code).close ?? 1008, closeReason(message));
  }

  /** Reports a protocol error of the client. The socket closes by itself. */
  #reportFault(error: Error & { code?: string }): void {
    const tooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.#parts.report(tooLarge ? 'FRAME_TOO_LARGE' : 'INVALID_INPUT', error, 'legacy socket');
  }
}

interface Frame {
  data: RawData;
  isBinary: boolean;
  /** Lets the next frame begin. */
  release: () => void;
}

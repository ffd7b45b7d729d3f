import type { Socket } from 'node:net';
import { EarshotError, errorEntry, type Location, type StartEvent } from '@earshot/shared';
import type { RawData, WebSocket } from 'ws';
import { Connection } from '../../domain/connection.ts';
import { type Joined, joinNamedRoom, joinRoom } from '../../domain/joinRoom.ts';
import type { NamedRoom } from '../../domain/namedRoom.ts';
import { sendMessage } from '../../domain/sendMessage.ts';
import type { Services } from '../../domain/services.ts';
import { setTyping } from '../../domain/setTyping.ts';
import { updateLocation } from '../../domain/updateLocation.ts';
import type { WatchedEvent } from '../../domain/watchRoom.ts';
import type { Sink } from '../../feed/seat.ts';
import type { Authenticator } from '../authenticate.ts';
import { endOnExpiry } from '../expiry.ts';
import { InFlight } from '../inFlight.ts';
import { inflationBudget } from '../inflation.ts';
import { watchLine } from '../line.ts';
import { Outbound, type OutboundTimes } from '../outbound.ts';
import { describeRefusal } from '../refusal.ts';
import type { Report } from '../report.ts';
import { textFrame } from '../textFrame.ts';
import type { UnidentifiedSockets } from '../unidentifiedSockets.ts';
import type { Dialect } from './dialect.ts';
import { prove } from './identity.ts';
import { Inbox } from './inbox.ts';
import type { Claim, Intent } from './intent.ts';
import type { SharedFrames } from './sharedFrames.ts';
import { Visit } from './visit.ts';

/** What all sockets of older clients share. */
export interface SocketParts {
  services: Services;
  authenticator: Authenticator;
  inFlight: InFlight;
  unidentified: UnidentifiedSockets;
  slowReaders: Partial<OutboundTimes>;
  /** Whether those in one room may share frames. */
  sharedFrames: boolean;
  report: Report;
  /** Bytes in one frame. */
  frameBytes: number;
  dialect: Dialect;
  frames: { plain: SharedFrames; compressed: SharedFrames };
  /** Whether senders get their own messages back. */
  echo: boolean;
}

/** Failed proofs of identity after which a socket is closed. */
const failuresMax = 5;
/** Milliseconds that what came before the end of a socket may take. */
const lastWordsMs = 5_000;

/** One socket of an older client: who it speaks for, the one room it is in, and its frames in both directions. */
export class LegacySocket {
  readonly #parts: SocketParts;
  readonly #socket: WebSocket;
  readonly #named: NamedRoom;
  readonly #outbound: Outbound;
  readonly #frames: SharedFrames;
  readonly #connection: Connection;
  readonly #sink: Sink | undefined;
  readonly #closed = new AbortController();
  readonly #answers = new InFlight();
  readonly #identified: () => void;
  #visit: Visit | null = null;
  #userId: string | null = null;
  #identityOver = new AbortController();
  #failures = 0;
  /** The server closes the socket: what still comes in is not obeyed. */
  #closing = false;

  /** `named`: the room of the path, which `Join` joins. */
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
    // Without the echo no two senders get the same.
    const isShared = parts.sharedFrames && parts.echo;
    this.#sink = isShared ? this.#frames.sink(outbound) : undefined;
    this.#connection = new Connection({ user: null, line: watchLine(socket, outbound), address });
    this.#connection.ended.addEventListener('abort', () => this.#end(this.#connection.ended.reason), { once: true });
    const inbox = new Inbox({
      socket,
      stopping: () => parts.inFlight.settling,
      answer: (data, isBinary, mayGoOn) =>
        parts.inFlight.run(() => this.#answers.run(() => this.#answer({ data, isBinary, mayGoOn }))),
    });
    const { frameBytes, report } = parts;
    const inflation = inflationBudget({ socket, stream, frameBytes, report });
    socket.on('message', (data, isBinary) => {
      if (Buffer.isBuffer(data) && inflation?.take(data.length) === false) this.#closing = true;
      else inbox.take(data, isBinary);
    });
    socket.on('error', (error) => this.#noteFault(error));
    socket.on('close', async () => {
      this.#identityOver.abort();
      await this.#answers.settle(lastWordsMs); // they leave after their last message has been said
      this.#closed.abort();
    });
  }

  async #answer({ data, isBinary, mayGoOn }: Frame): Promise<void> {
    if (this.#closing) return;
    try {
      const intent = this.#read(data, isBinary);
      const done = this.#act(intent);
      // What says who speaks, and where, comes before all that follows it. The rest keeps its order by itself.
      if (!('claim' in intent)) mayGoOn();
      await done;
    } catch (error) {
      this.#tell(error);
    }
    await this.#connection.line.writable(); // a client that sends and never reads must not pile up answers
  }

  #read(data: RawData, isBinary: boolean): Intent {
    try {
      if (isBinary) throw new EarshotError('INVALID_INPUT', { message: 'Frames must be text.' });
      return this.#parts.dialect.read(String(data));
    } catch (error) {
      this.#parts.services.budget.spend(this.#connection, 'malformedCall');
      throw error;
    }
  }

  async #act(intent: Intent): Promise<void> {
    const { services } = this.#parts;
    const connection = this.#connection;
    switch (intent.type) {
      case 'Auth':
        services.budget.spend(connection, 'identify');
        await this.#identify(intent.claim);
        return this.#send(this.#parts.dialect.userJoined(connection.user));
      case 'Join':
        services.budget.spend(connection, 'identify');
        await this.#identify(intent.claim);
        return this.#enter(await joinNamedRoom(services, connection, this.#named), this.#named.location);
      case 'JoinLocalChat': {
        services.budget.spend(connection, 'identify');
        await this.#identify(intent.claim);
        const { location, searchRadius } = intent;
        return this.#enter(await joinRoom(services, connection, { location, searchRadius }), location);
      }
      case 'Message':
        await sendMessage(services, connection, { roomId: this.#roomId(), content: intent.content });
        return;
      case 'LocationUpdate':
        if (this.#visit !== null) await updateLocation(services, connection, intent.location);
        return;
      case 'Typing':
        if (this.#visit !== null) {
          await setTyping(services, connection, { roomId: this.#visit.roomId, isTyping: intent.isTyping });
        }
    }
  }

  async #identify(claim: Claim): Promise<void> {
    const identity = await prove(this.#parts.authenticator, claim).catch(async (error: unknown) => {
      // That keys can't be reached is not the client's failure.
      if (error instanceof EarshotError && errorEntry(error.code).http === 401) await this.#disown();
      throw error;
    });
    this.#identified();
    const { userId } = identity.user;
    if (this.#userId !== userId) await this.#leave(); // somebody else speaks from now on
    this.#userId = userId;
    this.#connection.identify(identity);
    this.#identityOver.abort();
    this.#identityOver = new AbortController();
    if (this.#closed.signal.aborted) return;
    endOnExpiry(this.#connection, identity.expiresAt, this.#identityOver.signal);
  }

  /** A proof failed: whoever spoke before does not any more, since perhaps somebody else holds the phone. */
  async #disown(): Promise<void> {
    this.#failures += 1;
    await this.#leave();
    this.#userId = null;
    this.#connection.identify(null);
    this.#identityOver.abort();
  }

  /** The room that messages go to. */
  #roomId(): string {
    if (this.#visit !== null) return this.#visit.roomId;
    throw new EarshotError(this.#userId === null ? 'UNAUTHENTICATED' : 'NOT_A_MEMBER');
  }

  /**
   * Goes into the room joined, and then out of the one before: who can't get in stays where they were. Who is there
   * already is told anew how the room is. `location`: where the caller is, if that is known.
   */
  async #enter({ room, isNew }: Joined, location: Location | null): Promise<void> {
    const { services, dialect } = this.#parts;
    const tell = (start: StartEvent) => {
      if (location !== null) this.#send(dialect.roomJoined({ room, isNew, userCount: start.userCount, location }));
      this.#sendFrame(this.#frames.of(start));
    };
    const before = this.#visit;
    if (before?.isOf(room.id, this.#connection.user)) {
      await before.tellAgain(tell);
      if (this.#visit === before) return; // else it ended meanwhile: they had left by another connection
    }
    // Two visits to one room would both hear it: somebody with a new name goes and comes.
    if (this.#visit?.roomId === room.id) await this.#leave();
    const visit = new Visit({
      services,
      connection: this.#connection,
      roomId: room.id,
      closed: this.#closed.signal,
      sink: this.#sink,
    });
    const start = await visit.enter();
    void this.#visit?.leave();
    this.#visit = visit;
    if (start === null) return this.#noteEnd(visit);
    tell(start);
    visit
      .follow((watched) => this.#hear(watched))
      .catch((error: unknown) => {
        if (!this.#connection.ended.aborted) this.#tell(error);
      })
      .finally(() => this.#noteEnd(visit));
  }

  /** A visit is over. Messages that came in before the socket closed still go to its room. */
  #noteEnd(visit: Visit): void {
    if (this.#visit === visit && !this.#closed.signal.aborted) this.#visit = null;
  }

  async #leave(): Promise<void> {
    const visit = this.#visit;
    this.#visit = null;
    await visit?.leave();
  }

  #hear({ event, own }: WatchedEvent): void {
    const skipped = own && event.type === 'message.created' && !this.#parts.echo;
    if (!skipped) this.#sendFrame(this.#frames.of(event));
  }

  #send(text: string): void {
    this.#outbound.send(text);
  }

  #sendFrame(frame: Buffer | null): void {
    if (frame !== null) this.#outbound.sendFrame(frame);
  }

  #tell(error: unknown): void {
    const refusal = describeRefusal(error);
    this.#parts.report(refusal.data.errorCode, error, 'legacy socket');
    this.#send(this.#parts.dialect.error(refusal));
    if (this.#failures >= failuresMax) this.#close(new EarshotError('UNAUTHENTICATED'));
  }

  /** The server ends the connection. */
  #end(reason: unknown): void {
    this.#tell(reason);
    if (reason instanceof EarshotError) this.#close(reason);
  }

  #close({ code, message }: EarshotError): void {
    this.#closing = true;
    this.#socket.close(errorEntry(code).close ?? 1008, message.slice(0, 120));
  }

  /** What the client did to the socket itself; the socket closes by itself. */
  #noteFault(error: Error & { code?: string }): void {
    const tooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.#parts.report(tooLarge ? 'FRAME_TOO_LARGE' : 'INVALID_INPUT', error, 'legacy socket');
  }
}

interface Frame {
  data: RawData;
  isBinary: boolean;
  /** Lets the next frame begin. */
  mayGoOn: () => void;
}

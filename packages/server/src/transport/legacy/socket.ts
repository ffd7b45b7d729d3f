import { EarshotError } from '@earshot/shared';
import type { RawData, WebSocket } from 'ws';
import { InFlight } from '../../async/inFlight.ts';
import { Connection } from '../../domain/connection.ts';
import type { NamedRoom } from '../../domain/namedRoom.ts';
import { toErrorResponse } from '../errors/errorResponse.ts';
import { type ClientSocket, clientOf } from '../sockets/clientSocket.ts';
import type { Command } from './command.ts';
import { CommandHandler } from './commandHandler.ts';
import { CurrentRoom } from './currentRoom.ts';
import { FrameQueue } from './frameQueue.ts';
import { FrameWriter } from './frameWriter.ts';
import type { SocketParts } from './socketParts.ts';

/** Failed authentications after which a socket is closed. */
const failuresMax = 5;
/** Milliseconds in which commands received before the socket's close can finish. */
const closeGraceMs = 5_000;

/** One socket of a legacy client: its frames in, as commands in order, and its errors. */
export class LegacySocket {
  readonly #parts: SocketParts;
  readonly #client: ClientSocket;
  readonly #connection: Connection;
  readonly #writer: FrameWriter;
  readonly #commands: CommandHandler;
  readonly #inFlight = new InFlight();
  /** The server is closing the socket; further frames are ignored. */
  #closing = false;

  /** `named`: the room in the path, which `Join` joins. */
  constructor(parts: SocketParts, socket: WebSocket, named: NamedRoom) {
    const client = clientOf(socket);
    const connection = new Connection({ user: null, transport: client, address: client.address });
    const writer = new FrameWriter(parts, client.outbound);
    const closed = new AbortController();
    const onError = (error: unknown) => this.#sendError(error);
    const room = new CurrentRoom(parts, { connection, writer, closed: closed.signal, onError });
    this.#parts = parts;
    this.#client = client;
    this.#connection = connection;
    this.#writer = writer;
    this.#commands = new CommandHandler(parts, { client, connection, room, writer, named });
    connection.endSignal.addEventListener('abort', () => this.#end(connection.endSignal.reason), { once: true });
    const queue = new FrameQueue({
      client,
      handle: (data, isBinary, release) =>
        parts.inFlight.run(() => this.#inFlight.run(() => this.#answer({ data, isBinary, release }))),
    });
    socket.on('message', (data, isBinary) => {
      if (Buffer.isBuffer(data) && !client.admit(data)) this.#closing = true;
      else queue.push(data, isBinary);
    });
    socket.on('close', async () => {
      await this.#inFlight.drain(closeGraceMs); // users leave after their last message is sent
      closed.abort();
    });
  }

  async #answer({ data, isBinary, release }: Frame): Promise<void> {
    if (this.#closing) return;
    try {
      const command = this.#read(data, isBinary);
      const done = this.#commands.execute(command);
      // Commands with a claim change the identity or the room, so later frames wait for them. Other commands keep their order anyway.
      if (!('claim' in command)) release();
      await done;
    } catch (error) {
      this.#sendError(error);
    }
    await this.#client.writable(); // a client that sends but never reads must not accumulate answers
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

  #sendError(error: unknown): void {
    const response = toErrorResponse(error);
    if (response.data.errorCode === 'RATE_LIMITED') this.#client.onRateLimited();
    this.#parts.report(response.data.errorCode, error, 'legacy socket');
    this.#writer.send(this.#parts.frameCodec.error(response));
    if (this.#commands.failures >= failuresMax) this.#close(new EarshotError('UNAUTHENTICATED'));
  }

  /** Called when the server ends the connection. */
  #end(reason: unknown): void {
    this.#sendError(reason);
    if (reason instanceof EarshotError) this.#close(reason);
  }

  #close(error: EarshotError): void {
    this.#closing = true;
    this.#client.close(error);
  }
}

interface Frame {
  data: RawData;
  isBinary: boolean;
  /** Lets the next frame begin. */
  release: () => void;
}

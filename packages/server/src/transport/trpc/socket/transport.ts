import type { WebSocket } from 'ws';
import type { StartsPerTick } from '../../../async/startsPerTick.ts';

/** The load of one connection. */
export interface ConnectionLoad {
  /** Calls that were received and have not begun. */
  readonly waiting: number;
}

/** A socket, as the adapter uses it. Its methods must not throw. */
export interface SocketTransport {
  /** Whether the socket is open for writing. */
  readonly isOpen: boolean;
  /** Bounds the calls that begin in one tick of the event loop; may be shared by several sockets. Default: a bound for each socket. */
  readonly starts?: StartsPerTick;
  /** Sends a text message. Does nothing if the socket is closing. */
  send(text: string): void;
  /** Like `send`, for a text that another one follows soon: it may wait for that one. Default: `send`. */
  sendAhead?(text: string): void;
  /** Called when no text of the same subscription follows the one that was passed to `sendAhead`. Default: nothing. */
  flushAhead?(): void;
  /** Closes the socket. */
  close(): void;
  /** Whether a message may be handled. Called as soon as it is received. Default: always. */
  admit?(message: Buffer): boolean;
  /** Whether the text of a message would take too long to parse. The transport then closes the socket. Default: never. */
  rejectText?(text: string): boolean;
  /** Called after each message. A transport may pause the socket while much is waiting. */
  onReceived?(load: ConnectionLoad): void;
}

const wsOpen = 1;

/** The default transport: the `ws` socket itself, without limits. */
export class WsTransport implements SocketTransport {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === wsOpen;
  }

  send(text: string): void {
    if (this.isOpen) this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }
}

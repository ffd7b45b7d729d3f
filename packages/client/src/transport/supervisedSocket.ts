import { clientTransformer, parseReconnectReason } from '@earshot/shared';
import { type EarshotClientError, fromClose, fromServer, isRecord } from '../errors.ts';
import { unrefTimer } from '../lib/timers.ts';
import { splitFrame } from './splitFrame.ts';

/** Any class with the standard's WebSocket interface: a browser's, Node's own, or that of the `ws` package. */
export type WebSocketClass = new (url: string) => Pick<WebSocket, 'readyState' | 'send'>;

/** In milliseconds. */
export interface SocketTimes {
  /** A socket that is not open after this time is abandoned. */
  connectMs: number;
  /** Silence after which a ping is sent. */
  pingAfterMs: number;
  /** The time limit for the pong. */
  pongWithinMs: number;
}

export interface SocketEvents {
  opened(): void;
  /** The server refuses the only connection, before it has answered a call. It closes the socket next. */
  refused(error: EarshotClientError): void;
  lost(loss: { error: EarshotClientError; reconnectWithinMs: number | undefined }): void;
}

export interface Supervision {
  /** The class for tRPC, which creates the sockets. */
  readonly WebSocket: typeof WebSocket;
  /** Sends a ping now. A socket without a pong is abandoned. */
  probe(): void;
  /** Abandons every socket without a closing handshake. */
  terminateAll(): void;
}

/**
 * Supervises the sockets of tRPC's client. tRPC has no time limit for connecting, and closes a dead socket with a
 * handshake, which takes half a minute without an answer. Here such a socket counts as closed at once.
 */
export function superviseSockets(Base: typeof WebSocket, events: SocketEvents, times: SocketTimes): Supervision {
  const probes = new Set<() => void>();
  const sockets = new Set<WebSocket>();
  const hasOpenSocket = (except: WebSocket) =>
    [...sockets].some((socket) => socket !== except && socket.readyState === socket.OPEN);
  class SupervisedSocket extends Base {
    override send(data: Parameters<WebSocket['send']>[0]): void {
      for (const frame of splitFrame(data)) super.send(frame);
    }

    constructor(url: string | URL) {
      super(url);
      const probe = keepAlive(this, times);
      repeatEarlyError(this);
      let error: EarshotClientError | null = null;
      let isFirstFrame = true;
      probes.add(probe);
      sockets.add(this);
      this.addEventListener('open', () => events.opened());
      this.addEventListener('message', (event) => {
        const refusal = readRefusal(event.data);
        if (isFirstFrame && refusal !== null && !hasOpenSocket(this)) events.refused(refusal);
        isFirstFrame = false;
        error ??= refusal;
      });
      this.addEventListener('close', (event) => {
        probes.delete(probe);
        // An abandoned socket reports its close twice: at once, and when the close event of the runtime arrives.
        if (!sockets.delete(this)) return;
        // When the server asks for a reconnect, the next socket is open before the last one closes.
        if (hasOpenSocket(this)) return;
        events.lost({
          error: error ?? fromClose(event.code, event),
          reconnectWithinMs: parseReconnectReason(event.reason),
        });
      });
    }
  }
  return {
    WebSocket: SupervisedSocket,
    probe: () => {
      for (const probe of [...probes]) probe();
    },
    terminateAll: () => {
      for (const socket of [...sockets]) terminate(socket);
    },
  };
}

/**
 * Dispatches an early error again. A socket that fails immediately (Node blocks some ports) does so before tRPC listens, a microtask
 * after it created the socket, and tRPC would wait for it forever.
 */
function repeatEarlyError(socket: WebSocket): void {
  if (!(socket instanceof EventTarget)) return; // the class of `ws` never fails that early
  const repeat = () => setTimeout(() => socket.dispatchEvent(new Event('error')));
  socket.addEventListener('error', repeat);
  setTimeout(() => socket.removeEventListener('error', repeat)); // before a repeated error is dispatched, so that it is not repeated again
}

/** Abandons the socket if it does not open, or does not answer a ping. Returns a function that sends a ping now. */
function keepAlive(socket: WebSocket, { connectMs, pingAfterMs, pongWithinMs }: SocketTimes): () => void {
  let timer = unrefTimer(setTimeout(() => terminate(socket), connectMs));
  const rearm = (callback: () => void, ms: number) => {
    clearTimeout(timer);
    timer = unrefTimer(setTimeout(callback, ms));
  };
  let isPinged = false;
  const ping = () => {
    if (isPinged || socket.readyState !== socket.OPEN) return;
    isPinged = true;
    socket.send('PING');
    rearm(() => terminate(socket), pongWithinMs);
  };
  const onReceived = () => {
    isPinged = false;
    rearm(ping, pingAfterMs);
  };
  socket.addEventListener('open', onReceived);
  socket.addEventListener('message', onReceived);
  socket.addEventListener('close', () => {
    clearTimeout(timer);
    isPinged = true;
  });
  return ping;
}

/** Closes a socket without waiting for the peer. */
function terminate(socket: WebSocket): void {
  if (socket.readyState === socket.CLOSED) return;
  const connecting = socket.readyState === socket.CONNECTING;
  if ('terminate' in socket && typeof socket.terminate === 'function') {
    socket.terminate();
    return;
  }
  socket.close();
  // The standard can't skip the closing handshake, and tRPC waits for the event.
  if (!connecting) socket.dispatchEvent(new Event('close'));
}

/** Reads the error that refuses a whole connection. It is a response without a request id. */
function readRefusal(data: unknown): EarshotClientError | null {
  // Only such frames are parsed here, because tRPC parses all others.
  if (typeof data !== 'string' || !data.startsWith('{"id":null,')) return null;
  try {
    const frame: unknown = JSON.parse(data);
    if (!isRecord(frame) || !isRecord(frame.error)) return null;
    const shape: unknown = clientTransformer.output.deserialize({ json: null, ...frame.error });
    if (!isRecord(shape) || !isRecord(shape.data)) return null;
    return fromServer(shape.data, new Error(typeof shape.message === 'string' ? shape.message : ''));
  } catch {
    return null;
  }
}

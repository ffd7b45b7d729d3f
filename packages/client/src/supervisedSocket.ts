import { clientTransformer } from '@earshot/shared';
import { type EarshotClientError, fromClose, fromServer, isRecord } from './errors.ts';
import { splitFrame } from './splitFrame.ts';
import { unrefTimer } from './timers.ts';

/** Any class with the standard's WebSocket interface: a browser's, Node's own, or that of the `ws` package. */
export type WebSocketClass = new (url: string) => Pick<WebSocket, 'readyState' | 'send'>;

/** In milliseconds. */
export interface SocketTimes {
  /** A socket that is not open after this long is given up. */
  connectMs: number;
  /** Silence after which the server is asked for a sign of life. */
  pingAfterMs: number;
  /** How long that sign may take. */
  pongWithinMs: number;
}

export interface SocketEvents {
  opened(): void;
  lost(loss: { error: EarshotClientError; reconnectWithinMs: number | undefined }): void;
}

export interface Supervision {
  /** To be given to tRPC, which makes the sockets. */
  readonly WebSocket: typeof WebSocket;
  /** Asks for a sign of life now; a socket without one is given up. */
  probe(): void;
  /** Gives every socket up without a closing handshake. */
  abandon(): void;
}

/**
 * Watches over the sockets that tRPC's client opens. tRPC has no time limit for connecting, and closes a dead socket by a
 * handshake, which takes half a minute when nobody answers; here such a socket counts as closed at once.
 */
export function superviseSockets(Base: typeof WebSocket, events: SocketEvents, times: SocketTimes): Supervision {
  const probes = new Set<() => void>();
  const sockets = new Set<WebSocket>();
  class SupervisedSocket extends Base {
    override send(data: Parameters<WebSocket['send']>[0]): void {
      for (const frame of splitFrame(data)) super.send(frame);
    }

    constructor(url: string | URL) {
      super(url);
      const probe = keepAlive(this, times);
      repeatEarlyError(this);
      let error: EarshotClientError | null = null;
      probes.add(probe);
      sockets.add(this);
      this.addEventListener('open', () => events.opened());
      this.addEventListener('message', (event) => {
        error ??= readRefusal(event.data);
      });
      this.addEventListener('close', (event) => {
        probes.delete(probe);
        // A given-up socket tells of its end twice: at once, and when its own close comes.
        if (!sockets.delete(this)) return;
        // While a server's wish to reconnect is carried out, the next socket is open before the last one closes.
        if ([...sockets].some((socket) => socket.readyState === socket.OPEN)) return;
        events.lost({ error: error ?? fromClose(event.code, event), reconnectWithinMs: readWindow(event.reason) });
      });
    }
  }
  return {
    WebSocket: SupervisedSocket,
    probe: () => {
      for (const probe of [...probes]) probe();
    },
    abandon: () => {
      for (const socket of [...sockets]) giveUp(socket);
    },
  };
}

/**
 * A socket that fails before it tries (Node blocks some ports) does so before tRPC listens, a microtask after it made the
 * socket; and tRPC would wait for it for ever.
 */
function repeatEarlyError(socket: WebSocket): void {
  if (!(socket instanceof EventTarget)) return; // the class of `ws`, which is never that early
  const repeat = () => setTimeout(() => socket.dispatchEvent(new Event('error')));
  socket.addEventListener('error', repeat);
  setTimeout(() => socket.removeEventListener('error', repeat)); // before what it may have repeated is heard here
}

/** Gives the socket up when it does not open, or falls silent. Returns the function that asks for a sign of life now. */
function keepAlive(socket: WebSocket, { connectMs, pingAfterMs, pongWithinMs }: SocketTimes): () => void {
  let timer = unrefTimer(setTimeout(() => giveUp(socket), connectMs));
  const rearm = (callback: () => void, ms: number) => {
    clearTimeout(timer);
    timer = unrefTimer(setTimeout(callback, ms));
  };
  let asked = false;
  const ask = () => {
    if (asked || socket.readyState !== socket.OPEN) return;
    asked = true;
    socket.send('PING');
    rearm(() => giveUp(socket), pongWithinMs);
  };
  const heard = () => {
    asked = false;
    rearm(ask, pingAfterMs);
  };
  socket.addEventListener('open', heard);
  socket.addEventListener('message', heard);
  socket.addEventListener('close', () => {
    clearTimeout(timer);
    asked = true;
  });
  return ask;
}

/** Ends a socket without waiting for the other side. */
function giveUp(socket: WebSocket): void {
  if (socket.readyState === socket.CLOSED) return;
  const connecting = socket.readyState === socket.CONNECTING;
  if ('terminate' in socket && typeof socket.terminate === 'function') {
    socket.terminate();
    return;
  }
  socket.close();
  // The standard has no way to skip the closing handshake, and tRPC waits for the event.
  if (!connecting) socket.dispatchEvent(new Event('close'));
}

/** The error that the server sends when it refuses a whole connection: an answer to no request. */
function readRefusal(data: unknown): EarshotClientError | null {
  // Only a refusal is parsed here: every other frame is parsed by tRPC, and once is enough.
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

/** The window to come back in, from the close reason of a server that stops. */
function readWindow(reason: unknown): number | undefined {
  if (typeof reason !== 'string' || !reason.startsWith('{')) return undefined;
  try {
    const wish: unknown = JSON.parse(reason);
    if (!isRecord(wish) || typeof wish.reconnectWithinMs !== 'number') return undefined;
    return wish.reconnectWithinMs >= 0 ? Math.min(wish.reconnectWithinMs, 5 * 60_000) : undefined;
  } catch {
    return undefined;
  }
}

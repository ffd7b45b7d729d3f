import { clientTransformer as transformer } from '@earshot/shared';
import { createWSClient, wsLink } from '@trpc/client';
import { type ConnectionMonitor, prepareAttempt } from '../connection/connectionMonitor.ts';
import type { EarshotClientError } from '../errors.ts';
import { unrefTimer } from '../lib/timers.ts';
import type { Credentials } from './identity.ts';
import { refusedCallLink, WaitingCalls } from './refusedCallLink.ts';
import { type SocketTimes, superviseSockets, type WebSocketClass } from './supervisedSocket.ts';
import type { Transport } from './transport.ts';
import { unsentCallLink } from './unsentCallLink.ts';

interface WebSocketTransportOptions {
  url: string;
  credentials: () => Promise<Credentials>;
  WebSocket?: WebSocketClass | undefined;
  times?: Partial<SocketTimes> | undefined;
  /** The error of calls on a connection that the server refused with `error`; null if the calls wait for the next connection. */
  finalRefusal(error: EarshotClientError): EarshotClientError | null;
}

const defaultTimes: SocketTimes = { connectMs: 10_000, pingAfterMs: 15_000, pongWithinMs: 5_000 };

/** The time limit for calls in flight when the client closes, in milliseconds. */
const closeMs = 2_000;

/** Sends everything over one WebSocket. tRPC's client resumes subscriptions after a reconnect; this transport schedules the reconnects. */
export function webSocketTransport(monitor: ConnectionMonitor, options: WebSocketTransportOptions): Transport {
  const slot = monitor.createSlot();
  const calls = new WaitingCalls();
  const refused = (error: EarshotClientError) => {
    const final = options.finalRefusal(error);
    if (final !== null) calls.rejectAll(final);
  };
  const times = { ...defaultTimes, ...options.times };
  const sockets = superviseSockets(findWebSocket(options.WebSocket), { ...slot, refused }, times);
  let credentials: Credentials = null;
  const client = createWSClient({
    WebSocket: sockets.WebSocket,
    // tRPC's own wait between two attempts can't be interrupted. So it is 0, and the wait is in `url`, which
    // has no time limit.
    retryDelayMs: () => 0,
    url: async () => {
      await slot.waitForTurn();
      credentials = await prepareAttempt(slot, options.credentials, monitor.closed);
      return options.url;
    },
    connectionParams: () => ({ ...credentials }),
  });
  return {
    links: [
      refusedCallLink(calls),
      unsentCallLink(() => client.connection?.state === 'open'),
      wsLink({ client, transformer }),
    ],
    probe: sockets.probe,
    close: async () => {
      const closeTimer = unrefTimer(setTimeout(() => sockets.terminateAll(), closeMs));
      await client.close();
      clearTimeout(closeTimer);
    },
  };
}

function findWebSocket(custom: WebSocketClass | undefined): typeof WebSocket {
  const found = custom ?? globalThis.WebSocket;
  if (found === undefined) {
    throw new TypeError(
      'WebSocket: this runtime has none of its own (Node before 22); pass the class of the `ws` package',
    );
  }
  // Packages declare the standard's interface differently, but the parts used here are the same.
  return found as typeof WebSocket;
}

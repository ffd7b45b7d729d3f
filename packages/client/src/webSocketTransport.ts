import { clientTransformer as transformer } from '@earshot/shared';
import { createWSClient, wsLink } from '@trpc/client';
import { type ConnectionMonitor, prepareTry } from './connection.ts';
import type { Credentials } from './identity.ts';
import { type SocketTimes, superviseSockets, type WebSocketClass } from './supervisedSocket.ts';
import { unrefTimer } from './timers.ts';
import type { Transport } from './transport.ts';

interface WebSocketTransportOptions {
  url: string;
  credentials: () => Promise<Credentials>;
  WebSocket?: WebSocketClass | undefined;
  times?: Partial<SocketTimes> | undefined;
}

const defaultTimes: SocketTimes = { connectMs: 10_000, pingAfterMs: 15_000, pongWithinMs: 5_000 };

/** How long calls under way may take to finish when the client closes, in milliseconds. */
const closeMs = 2_000;

/** Everything over one WebSocket. tRPC's client keeps subscriptions over reconnects; when to reconnect is decided here. */
export function webSocketTransport(monitor: ConnectionMonitor, options: WebSocketTransportOptions): Transport {
  const line = monitor.line();
  const sockets = superviseSockets(findWebSocket(options.WebSocket), line, { ...defaultTimes, ...options.times });
  let credentials: Credentials = null;
  const client = createWSClient({
    WebSocket: sockets.WebSocket,
    // tRPC can't be woken from its own wait between two tries, so that one is nothing, and the wait is in `url`, which
    // may take as long as it likes.
    retryDelayMs: () => 0,
    url: async () => {
      await line.turn();
      credentials = await prepareTry(line, options.credentials, monitor.closed);
      return options.url;
    },
    connectionParams: () => ({ ...credentials }),
  });
  return {
    link: wsLink({ client, transformer }),
    probe: sockets.probe,
    close: async () => {
      const impatience = unrefTimer(setTimeout(() => sockets.abandon(), closeMs));
      await client.close();
      clearTimeout(impatience);
    },
  };
}

function findWebSocket(given: WebSocketClass | undefined): typeof WebSocket {
  const found = given ?? globalThis.WebSocket;
  if (found === undefined) {
    throw new TypeError(
      'WebSocket: this runtime has none of its own (Node before 22); pass the class of the `ws` package',
    );
  }
  // Packages type the standard's interface each in their own words; what is used of it is the same in all of them.
  return found as typeof WebSocket;
}

import type { AppRouter } from '@earshot/server';
import { type Location, limits } from '@earshot/shared';
import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { EarshotApi } from './api.ts';
import { type Backoff, defaultBackoff } from './connection/backoff.ts';
import { type Connection, ConnectionMonitor, type ConnectionState } from './connection/connectionMonitor.ts';
import { InterruptibleDelays } from './connection/interruptibleDelays.ts';
import { keepIdentity } from './connection/keepIdentity.ts';
import { onWakeUp } from './connection/wakeUps.ts';
import { type RetryOptions, withRetry } from './connection/withRetry.ts';
import { asEarshotError, EarshotClientError } from './errors.ts';
import type { Readable } from './lib/value.ts';
import { BestEffortStore } from './outbox/bestEffortStore.ts';
import { Outbox } from './outbox/outbox.ts';
import type { OutboxStore } from './outbox/outboxStore.ts';
import { RoomOutbox } from './outbox/roomOutbox.ts';
import { RoomWatch, type WatchOptions } from './room/roomWatch.ts';
import { endpoints } from './transport/endpoint.ts';
import { type EventSourceClass, findEventSource } from './transport/eventSource.ts';
import { expiredTokenLink, finalExpiry } from './transport/expiredTokenLink.ts';
import { httpTransport } from './transport/httpTransport.ts';
import { callGetToken, getCredentials, type IdentityOptions, senderOf } from './transport/identity.ts';
import type { SocketTimes, WebSocketClass } from './transport/supervisedSocket.ts';
import type { Transport } from './transport/transport.ts';
import { webSocketTransport } from './transport/webSocketTransport.ts';

export type EarshotClientOptions = IdentityOptions & {
  /** The server's base URL, e.g. `http://localhost:3001`. */
  url: string | URL;
  /**
   * `http`: batches and server-sent events, for networks that block WebSockets. In a browser over HTTP/1.1, all
   * pages of an origin together have at most four subscriptions; a further one fails with `TOO_MANY_STREAMS`.
   */
  transport?: 'websocket' | 'http';
  /** Required if the runtime has none (Node before 22): the class of the `ws` package. */
  WebSocket?: WebSocketClass;
  /** Required for `http` if the runtime has none (Node): the class of the `eventsource` package. */
  EventSource?: EventSourceClass;
  fetch?: typeof globalThis.fetch;
  /** Upper bounds of the random waits before a retry: default 1 s for the first, doubling up to 15 s. */
  backoff?: Partial<Backoff>;
  /** Time limits of the WebSocket. Default: 10 s to connect, a ping after 15 s of silence, 5 s for the pong. */
  times?: Partial<SocketTimes>;
  /** The most unsent messages. Default: 1,000. */
  outboxCapacity?: number;
  /**
   * Stores unsent messages, so that they are sent even if the page or process ends first. Default: only in memory.
   * With `token` or `getToken` it needs `userId`, because a message may only be sent as its author.
   */
  outboxStore?: OutboxStore;
  /** Called with each change of the connection and each failure of the outbox store, for debugging. */
  log?: (line: string) => void;
};

/** A room by its id, or the nearest one to a location: an existing one within `searchRadius` metres (default 5,000) or a new one. */
export type RoomTarget = { roomId: string } | { location: Location; searchRadius?: number };

export interface EarshotClient {
  /** Every procedure of the server, typed. */
  readonly trpc: EarshotApi;
  readonly connection: Connection;
  /** The number of unacknowledged messages of all rooms, without those that failed finally. */
  readonly waiting: Readable<number>;
  /**
   * Joins a room and subscribes to it. Waits for the connection without a limit. Rejects with an EarshotClientError when
   * the server refuses, a `token` (without `getToken`) has expired, or the client is closed.
   */
  watchRoom(target: RoomTarget, options?: WatchOptions): Promise<RoomWatch>;
  /** The unsent messages of a room, and a way to add to them, before the room can be joined. */
  outbox(roomId: string): RoomOutbox;
  /** Closes the client: subscriptions end, and unsent messages fail with `CLIENT_CLOSED` (but stay in an outbox store). */
  close(): Promise<void>;
}

/** Connects to a server at once. Throws a TypeError on invalid options. */
export function createEarshotClient(options: EarshotClientOptions): EarshotClient {
  const addresses = endpoints(options.url);
  const persistence = persistenceFor(options);
  const backoff = { ...defaultBackoff, ...options.backoff };
  const monitor = new ConnectionMonitor({ backoff });
  const credentials = () => getCredentials(options);
  const { WebSocket, fetch, times } = options;
  const transport =
    options.transport === 'http'
      ? httpTransport(monitor, {
          url: addresses.http,
          credentials,
          fetch,
          EventSource: findEventSource(options.EventSource),
        })
      : webSocketTransport(monitor, {
          url: addresses.webSocket,
          credentials,
          WebSocket,
          times,
          finalRefusal: (error) => {
            if (error.code === 'TOKEN_EXPIRED' && options.token !== undefined) return finalExpiry(error);
            return error.retry === 'no' ? error : null;
          },
        });
  return assemble({ options, monitor, transport, backoff, persistence });
}

interface Parts {
  options: EarshotClientOptions;
  monitor: ConnectionMonitor;
  transport: Transport;
  backoff: Backoff;
  persistence: ReturnType<typeof persistenceFor>;
}

function assemble({ options, monitor, transport, backoff, persistence }: Parts): EarshotClient {
  const { log, userId = null, outboxCapacity: capacity = 1_000 } = options;
  const identityLinks = options.token === undefined ? [] : [expiredTokenLink()];
  const trpc = createTRPCClient<AppRouter>({
    links: [refuseWhenClosed(monitor), ...identityLinks, ...transport.links],
  });
  const delays = new InterruptibleDelays();
  const retry: RetryOptions = { backoff, delays, signal: monitor.closed };
  const outbox = new Outbox({
    capacity,
    userId,
    persistence,
    deliver: (message, onRetry) => withRetry(() => trpc.messages.send.mutate(message), { ...retry, onRetry, isFinal }),
  });

  monitor.subscribe(({ status }) => {
    if (status === 'open') delays.endAll();
  });
  const { getToken } = options;
  if (getToken !== undefined && options.transport !== 'http') {
    keepIdentityWhileOpen(monitor, trpc, () => callGetToken(getToken));
  }
  if (log) monitor.subscribe((state) => log(describe(state)));
  const ignoreWakeUps = onWakeUp((asleepMs) => {
    monitor.retryNow();
    transport.probe(asleepMs);
  });

  return {
    trpc,
    connection: monitor,
    waiting: outbox.waiting,
    outbox: (roomId) => new RoomOutbox(roomId, outbox),
    watchRoom: async (target, watchOptions = {}) => {
      const { signal: callerSignal, onJoinDelayed: onRetry } = watchOptions;
      const signal = callerSignal ? AbortSignal.any([retry.signal, callerSignal]) : retry.signal;
      const join = () => trpc.rooms.join.mutate(joinRequest(target), callerSignal && { signal: callerSignal });
      const joined = await withRetry(join, { ...retry, signal, onRetry }).catch((error) => {
        throw asEarshotError(error);
      });
      await outbox.ready; // or new messages could overtake those that an earlier page left
      if (signal.aborted) throw asEarshotError(signal.reason);
      return new RoomWatch(joined, watchOptions, { trpc, outbox, retry });
    },
    close: async () => {
      if (monitor.closed.aborted) return;
      ignoreWakeUps();
      const reason = new EarshotClientError('CLIENT_CLOSED');
      outbox.close(reason);
      // tRPC is closed first, so that it does not retry after a failed attempt.
      const closed = transport.close();
      monitor.close(reason);
      await closed;
      await persistence?.store.close();
    },
  };
}

/** Renews the token on the WebSocket while it is open. Over HTTP, each request has its token. */
function keepIdentityWhileOpen(
  monitor: ConnectionMonitor,
  { auth }: EarshotApi,
  getToken: () => Promise<string>,
): void {
  let ended = new AbortController();
  monitor.subscribe(({ status }) => {
    ended.abort(new EarshotClientError('CONNECTION_LOST'));
    if (status !== 'open') return;
    ended = new AbortController();
    // At the end of the token the server closes the connection, and the client opens another.
    keepIdentity({ auth, getToken, signal: ended.signal }).catch(() => {});
  });
}

/** Whether the user must decide: a text repeated over rooms would hold up the later messages of its room. */
const isFinal = ({ code }: EarshotClientError) => code === 'REPEATED_MESSAGE';

/** The store for unsent messages and the name of their sender; undefined without a store. */
function persistenceFor(options: EarshotClientOptions) {
  const { outboxStore, log } = options;
  if (outboxStore === undefined) return undefined;
  const sender = senderOf(options);
  if (sender === null)
    throw new TypeError('outboxStore: needs `userId`, to keep the messages of one user from another');
  return { store: new BestEffortStore(outboxStore, log), sender };
}

function joinRequest(target: RoomTarget) {
  if ('roomId' in target) return { roomId: target.roomId };
  const { location, searchRadius = limits.searchRadiusDefault } = target;
  return { location, searchRadius };
}

/** tRPC's client would open a new connection for a call made after `close`. */
function refuseWhenClosed(monitor: ConnectionMonitor): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      monitor.closed.aborted
        ? observable((observer) => observer.error(TRPCClientError.from(asEarshotError(monitor.closed.reason))))
        : next(op);
}

function describe({ status, attempt, error, retryAt }: ConnectionState): string {
  const wait = retryAt === null ? '' : `, next try in ${Math.max(0, retryAt - Date.now())} ms`;
  return `${status}${attempt > 0 ? `, ${attempt} failed` : ''}${wait}${error ? `: ${error.code} ${error.message}` : ''}`;
}

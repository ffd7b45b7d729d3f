import type { AppRouter } from '@earshot/server';
import { type Location, limits } from '@earshot/shared';
import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { EarshotApi } from './api.ts';
import type { Backoff } from './backoff.ts';
import { type Connection, ConnectionMonitor, type ConnectionState } from './connection.ts';
import { endpoints } from './endpoint.ts';
import { asEarshotError, EarshotClientError } from './errors.ts';
import { type EventSourceClass, findEventSource } from './eventSource.ts';
import { expiredTokenLink } from './expiredTokenLink.ts';
import { httpTransport } from './httpTransport.ts';
import { getCredentials, type IdentityOptions, senderOf } from './identity.ts';
import { Outbox } from './outbox.ts';
import type { OutboxStore } from './outboxStore.ts';
import { PatientStore } from './patientStore.ts';
import { Pauses } from './pauses.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import { RoomOutbox } from './roomOutbox.ts';
import { RoomWatch, type WatchOptions } from './roomWatch.ts';
import type { SocketTimes, WebSocketClass } from './supervisedSocket.ts';
import type { Transport } from './transport.ts';
import type { Readable } from './value.ts';
import { onWakeUp } from './wakeUps.ts';
import { webSocketTransport } from './webSocketTransport.ts';

export type EarshotClientOptions = IdentityOptions & {
  /** The server's base, e.g. `http://localhost:3001`. */
  url: string | URL;
  /**
   * `http`: batches and server-sent events, for networks that let no WebSocket through. In a browser over HTTP/1.1 all
   * pages of an origin watch four rooms at most; another fails with `TOO_MANY_STREAMS`.
   */
  transport?: 'websocket' | 'http';
  /** Needed where the runtime has none (Node before 22): the class of the `ws` package. */
  WebSocket?: WebSocketClass;
  /** Needed for `http` where the runtime has none (Node): the class of the `eventsource` package. */
  EventSource?: EventSourceClass;
  fetch?: typeof globalThis.fetch;
  /** The longest first wait before a retry, doubling up to the longest of all: 1 s and 15 s. Each is random below that. */
  backoff?: Partial<Backoff>;
  /** Time limits of the WebSocket: 10 s to connect, a ping after 15 s of silence, 5 s for its answer. */
  times?: Partial<SocketTimes>;
  /** How many messages may wait to be sent: 1,000. */
  outboxCapacity?: number;
  /**
   * Where messages that wait are kept, so that they go out even when the page or process ends first: in memory alone when
   * left out. Beside `token` or `getToken` it needs `userId`, because a message goes out for its author alone.
   */
  outboxStore?: OutboxStore;
  /** Called with each change of the connection and with what fails in the outbox store, for debugging. */
  log?: (line: string) => void;
};

/** A room by its id, or the one nearest to a place: an existing one within `searchRadius` metres (5,000) or a new one. */
export type RoomTarget = { roomId: string } | { location: Location; searchRadius?: number };

export interface EarshotClient {
  /** Every procedure of the server, typed. */
  readonly trpc: EarshotApi;
  readonly connection: Connection;
  /** How many messages, of all rooms, are not acknowledged yet; those that failed for good are not counted. */
  readonly waiting: Readable<number>;
  /**
   * Joins a room and watches it. Waits for the connection as long as it takes. Rejects with an EarshotClientError when
   * the server refuses, a token that is not got by `getToken` has expired, or the client is closed meanwhile.
   */
  watchRoom(target: RoomTarget, options?: WatchOptions): Promise<RoomWatch>;
  /** What waits to be sent to a room, and a way to add to it, before the room can be joined. */
  outbox(roomId: string): RoomOutbox;
  /** Stops everything: watches end, waiting messages fail with `CLIENT_CLOSED` (and stay in an outbox store). */
  close(): Promise<void>;
}

const defaultBackoff: Backoff = { baseMs: 1_000, capMs: 15_000 };

/** Connects to a server at once. Throws a TypeError on options that can't work. */
export function createEarshotClient(options: EarshotClientOptions): EarshotClient {
  const addresses = endpoints(options.url);
  const kept = keptFor(options);
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
      : webSocketTransport(monitor, { url: addresses.webSocket, credentials, WebSocket, times });
  return assemble({ options, monitor, transport, backoff, kept });
}

interface Parts {
  options: EarshotClientOptions;
  monitor: ConnectionMonitor;
  transport: Transport;
  backoff: Backoff;
  kept: ReturnType<typeof keptFor>;
}

function assemble({ options, monitor, transport, backoff, kept }: Parts): EarshotClient {
  const { log, userId = null, outboxCapacity: capacity = 1_000 } = options;
  const identityLinks = options.token === undefined ? [] : [expiredTokenLink()];
  const trpc = createTRPCClient<AppRouter>({ links: [refuseWhenClosed(monitor), ...identityLinks, transport.link] });
  const pauses = new Pauses();
  const retry: RetryOptions = { backoff, pauses, signal: monitor.closed };
  const outbox = new Outbox({
    capacity,
    userId,
    kept,
    deliver: (message, onRetry) => retrying(() => trpc.messages.send.mutate(message), { ...retry, onRetry }),
  });

  monitor.subscribe(({ status }) => {
    if (status === 'open') pauses.endAll();
  });
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
      const { signal: given, onJoinDelayed: onRetry } = watchOptions;
      const signal = given ? AbortSignal.any([retry.signal, given]) : retry.signal;
      const join = () => trpc.rooms.join.mutate(joinRequest(target), given && { signal: given });
      const joined = await retrying(join, { ...retry, signal, onRetry }).catch((error) => {
        throw asEarshotError(error);
      });
      await outbox.ready; // else what is sent now could overtake what a former page left
      if (signal.aborted) throw asEarshotError(signal.reason);
      return new RoomWatch(joined, watchOptions, { trpc, outbox, retry });
    },
    close: async () => {
      if (monitor.closed.aborted) return;
      ignoreWakeUps();
      const reason = new EarshotClientError('CLIENT_CLOSED');
      outbox.close(reason);
      // tRPC must know first: it takes a try that fails from now on for the last.
      const closed = transport.close();
      monitor.close(reason);
      await closed;
      await kept?.store.close();
    },
  };
}

/** Where messages are kept, and for whom. */
function keptFor(options: EarshotClientOptions) {
  const { outboxStore, log } = options;
  if (outboxStore === undefined) return undefined;
  const sender = senderOf(options);
  if (sender === null)
    throw new TypeError('outboxStore: needs `userId`, to keep the messages of one user from another');
  return { store: new PatientStore(outboxStore, log), sender };
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

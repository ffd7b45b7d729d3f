import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { limits } from '@earshot/shared';
import { InFlight } from '../async/inFlight.ts';
import { Semaphore } from '../async/semaphore.ts';
import type { Broker } from '../broker/broker.ts';
import type { Config } from '../config/config.ts';
import { configWarnings } from '../config/warnings.ts';
import type { NamedRoom } from '../domain/namedRoom.ts';
import { ReservedNames } from '../domain/reservedNames.ts';
import { requireNotSignedOut } from '../domain/rules/revokedTokens.ts';
import type { Services } from '../domain/services.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { IdentityCheck } from './auth/authenticator.ts';
import { createAuthenticator } from './auth/createAuthenticator.ts';
import { withAllowedNames } from './auth/withAllowedNames.ts';
import { withReservedNames } from './auth/withReservedNames.ts';
import { createReport } from './errors/report.ts';
import { checkHealth } from './http/health.ts';
import { createHttpServer } from './http/httpServer.ts';
import { PipelinedRequests } from './http/pipelinedRequests.ts';
import { toOriginForm } from './http/requestTarget.ts';
import { parseRoomPath } from './legacy/locationId.ts';
import { createPresenters } from './legacy/presenters.ts';
import { legacyRoutes } from './legacy/rest.ts';
import { createLegacyEndpoint } from './legacy/sockets.ts';
import { rejectUpgrade, SocketGuard } from './limits/socketGuard.ts';
import { UnreadBytes } from './limits/unreadBytes.ts';
import { createOriginPolicy } from './origins/originPolicy.ts';
import { createRequestSource } from './origins/requestSource.ts';
import { AddressStarts } from './sockets/addressStarts.ts';
import { drain } from './sockets/drain.ts';
import type { OutboundTimes } from './sockets/outbound.ts';
import { UnidentifiedSockets } from './sockets/unidentifiedSockets.ts';
import { httpContextFactory } from './trpc/httpContext.ts';
import { trpcRoutes } from './trpc/httpRoutes.ts';
import { createOnError } from './trpc/onError.ts';
import { createTrpcEndpoint } from './trpc/trpcClientSocket.ts';

interface ListenersOptions {
  config: Config;
  services: Services;
  broker: Broker;
  metrics: Metrics;
  /** Whether watchers of one room may share frames. Without it, each watcher gets its own. */
  sharedFrames?: boolean | undefined;
  slowReaders?: Partial<OutboundTimes> | undefined;
  /** The folder of the built page. */
  pageFolder: string;
}

/** All entry points of the server, on one port. */
export interface Listeners {
  readonly url: string;
  /** Open WebSockets. */
  sockets(): number;
  close(): Promise<void>;
}

/**
 * Maximum calls in one frame. A client sends all calls of one tick in one frame, also when it renews all its
 * subscriptions after a reconnect. A frame therefore holds more calls than an HTTP batch. They run a few at a time.
 */
const callsPerFrame = ({ watchesPerSocket }: Config) =>
  watchesPerSocket === 0 ? 0 : Math.max(500, 2 * watchesPerSocket);

/** Answers being built at a time. An answer may be a megabyte, and more than the store's connections would not be faster. */
const answersAtOnce = 32;

/** Creates all entry points and starts to listen. */
export async function openListeners({
  config,
  services,
  broker,
  metrics,
  ...options
}: ListenersOptions): Promise<Listeners> {
  for (const warning of configWarnings(config)) services.log.warn(warning);
  const report = createReport(services.log, metrics);
  const source = createRequestSource(config.trustProxy, services.log);
  const policy = createOriginPolicy(config, source);
  const guard = new SocketGuard({
    source,
    policy,
    socketsPerAddress: config.socketsPerAddress,
    onRefused: (error) => report(error.code, error, 'upgrade'),
  });
  const unread = new UnreadBytes({
    bytesMax: config.unreadBytesMax,
    streamReadTimeoutMs: options.slowReaders?.timeoutMs,
    report,
  });
  const checkIdentity: IdentityCheck = (identity) => requireNotSignedOut(services.rules, identity);
  const parts = {
    services,
    authenticator: withAllowedNames(
      withReservedNames(createAuthenticator(config.auth, checkIdentity), new ReservedNames(config.reservedNames)),
      services.wordFilter,
    ),
    inFlight: new InFlight(),
    guard,
    answerSlots: new Semaphore(answersAtOnce),
    unread,
    addressStarts: new AddressStarts({ isBounded: config.sendRate > 0 }),
    unidentified: new UnidentifiedSockets({ isBounded: config.socketsPerAddress > 0, report }),
    source,
    slowReaders: options.slowReaders ?? {},
    sharedFrames: options.sharedFrames ?? true,
  };
  const onError = createOnError(report);
  const pipelined = new PipelinedRequests(() => metrics.countRefusal('pipelined', 'connection'));
  let stopping = false;
  const app = await createHttpServer({
    policy,
    bodyLimit: config.frameBytes,
    health: () => checkHealth({ store: services.store, broker, stopping }),
    metrics: config.metricsAddress === null ? metrics : null,
    pipelined,
    callStart: (request, response) =>
      response.destroyed ? undefined : parts.addressStarts.add(source.clientAddress(request), response).take(),
    report,
    monitorPage: config.monitorPage,
    page: config.page && {
      folder: options.pageFolder,
      config: config.page,
      auth: config.auth,
      messageMaxChars: config.messageMaxChars,
      policy,
    },
    trpcRoutes: trpcRoutes({ createContext: httpContextFactory(parts), onError }),
    legacyRoutes: legacyRoutes({
      ...parts,
      presenters: createPresenters({ dates: config.legacy.dates, marksGuests: config.auth.mode !== 'open' }),
    }),
  });
  unread.track(app.server);
  const trpc = createTrpcEndpoint({
    parts,
    frameBytes: config.frameBytes,
    compression: config.webSocketCompression,
    callsPerFrame: callsPerFrame(config),
    onError,
    report,
  });
  const legacy = createLegacyEndpoint({
    ...{ ...parts, report, legacy: config.legacy },
    frameBytes: Math.max(limits.frameBytes, 8 * config.messageMaxChars), // one message each
    compression: config.webSocketCompression,
  });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Responses to earlier requests would get between the frames.
    if (pipelined.isBusy(request.socket)) return void socket.destroy();
    const wire = wireForUrl(toOriginForm(request));
    if (wire === null) return rejectUpgrade(socket, 'NO_SUCH_PROCEDURE');
    if (wire === 'badName') return rejectUpgrade(socket, 'INVALID_INPUT');
    if (!guard.admit(request, socket)) return;
    unread.onUpgrade(request.socket);
    if (wire === 'trpc') {
      trpc.handleUpgrade(request, socket, head, (client) => trpc.emit('connection', client, request));
    } else {
      legacy.server.handleUpgrade(request, socket, head, (client) => legacy.serve(client, request, wire));
    }
  });
  app.server.on('connect', (_request, socket: Duplex) => rejectUpgrade(socket, 'NO_SUCH_PROCEDURE'));
  // `ws` answers upgrades that it can't parse in plain text; they are answered here instead.
  for (const server of [trpc, legacy.server]) {
    server.on('wsClientError', ({ message }, socket) =>
      rejectUpgrade(socket, 'INVALID_INPUT', { message: `${message}.` }),
    );
  }
  // For `localhost` itself Fastify adds a second server, for IPv6, which would lack the listeners above.
  const host = config.host === 'localhost' ? (await lookup(config.host)).address : config.host;
  const url = await app.listen({ port: config.port, host });

  const close = async () => {
    stopping = true;
    guard.stop();
    app.server.close(); // no new connections; open ones stay
    await drain([...trpc.clients, ...legacy.server.clients], { inFlight: parts.inFlight, hub: services.hub });
    trpc.close();
    legacy.server.close();
    await app.close();
    unread.stop();
  };
  return { url, sockets: () => trpc.clients.size + legacy.server.clients.size, close };
}

/** The protocol for a path: tRPC, or the legacy protocol in the room that the path names. */
function wireForUrl(url: string): 'trpc' | NamedRoom | 'badName' | null {
  const [path = ''] = url.split('?', 1);
  if (/^\/trpc\/?$/.test(path)) return 'trpc';
  const segment = /^\/ws\/([^/]+)\/?$/.exec(path)?.[1];
  return segment === undefined ? null : (parseRoomPath(segment) ?? 'badName');
}

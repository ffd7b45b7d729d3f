import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Broker } from '../broker/broker.ts';
import type { Config } from '../config.ts';
import type { Services } from '../domain/services.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createAuthenticator } from './authenticate.ts';
import { closeInSteps } from './farewell.ts';
import { checkHealth } from './health.ts';
import { createHttp } from './http.ts';
import { InFlight } from './inFlight.ts';
import { refuse, SocketGuard } from './socketGuard.ts';
import { httpContextFactory } from './trpc/httpContext.ts';
import { createOnError } from './trpc/onError.ts';
import { createTrpcSockets } from './trpc/websocket.ts';

interface DoorsOptions {
  config: Config;
  services: Services;
  broker: Broker;
  metrics: Metrics;
}

/** All ways into the server, on one port. */
export interface Doors {
  readonly url: string;
  /** Open WebSockets. */
  sockets(): number;
  close(): Promise<void>;
}

/**
 * A client that reconnects sends all its subscriptions and waiting calls in one frame, so a frame holds more calls than
 * an HTTP batch: every watch a socket may have, and as many calls again.
 */
const callsPerFrame = ({ watchesPerSocket }: Config) => Math.max(100, 2 * watchesPerSocket);

/** Opens the doors: starts to listen. */
export async function openDoors({ config, services, broker, metrics }: DoorsOptions): Promise<Doors> {
  const parts = { services, authenticator: createAuthenticator(config.auth), inFlight: new InFlight() };
  const onError = createOnError(services.log, metrics);
  let stopping = false;
  const app = await createHttp({
    allowedOrigins: config.allowedOrigins,
    bodyLimit: config.frameBytes,
    createContext: httpContextFactory(parts),
    health: () => checkHealth({ store: services.store, broker, stopping }),
    metrics,
    onError,
  });
  const wss = createTrpcSockets({
    parts,
    frameBytes: config.frameBytes,
    callsPerFrame: callsPerFrame(config),
    onError,
  });
  const guard = new SocketGuard({
    allowedOrigins: config.allowedOrigins,
    socketsPerAddress: config.socketsPerAddress,
    onRefused: metrics.countError,
  });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isTrpcPath(request.url)) refuse(socket, 'NO_SUCH_PROCEDURE');
    else if (guard.admit(request, socket)) {
      wss.handleUpgrade(request, socket, head, (client) => wss.emit('connection', client, request));
    }
  });
  const url = await app.listen({ port: config.port, host: config.host });

  const close = async () => {
    stopping = true;
    guard.stop();
    app.server.close(); // no new connections; those here go on
    await closeInSteps(wss.clients, parts.inFlight);
    wss.close();
    await app.close();
  };
  return { url, sockets: () => wss.clients.size, close };
}

function isTrpcPath(url = ''): boolean {
  return /^\/trpc\/?(?:\?|$)/.test(url);
}

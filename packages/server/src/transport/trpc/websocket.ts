import { EarshotError, errorEntry } from '@earshot/shared';
import { type CreateWSSContextFnOptions, getWSConnectionHandler } from '@trpc/server/adapters/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connection } from '../../domain/connection.ts';
import { endOnExpiry } from '../expiry.ts';
import { watchLine } from '../line.ts';
import type { Context, ContextParts } from './context.ts';
import { asTrpcError } from './errorShape.ts';
import type { OnError } from './onError.ts';
import { appRouter } from './router.ts';
import { tellingEncoder } from './sharedEvents.ts';
import { Throttle } from './throttle.ts';

interface WebSocketOptions {
  parts: ContextParts;
  /** Bytes in one frame; a longer one closes the connection with 1009. */
  frameBytes: number;
  /** Calls in one frame; 0: as many as fit. */
  callsPerFrame: number;
  onError: OnError;
}

/** tRPC over WebSocket. Upgrades are handed to it by the caller. */
export function createTrpcSockets(options: WebSocketOptions): WebSocketServer {
  const wss = new WebSocketServer({ noServer: true, maxPayload: options.frameBytes, perMessageDeflate: false });
  const serve = getWSConnectionHandler({
    wss,
    router: appRouter,
    experimental_encoder: tellingEncoder,
    createContext: (call: CreateWSSContextFnOptions) => createContext(options, call),
    ...(options.callsPerFrame > 0 && { maxBatchSize: options.callsPerFrame }),
    keepAlive: { enabled: true, pingMs: 30_000, pongWaitMs: 10_000 },
    onError: ({ error, path, type }) => {
      // Errors of the socket itself, such as a frame that is too long, belong to no call: the client's doing.
      if (type !== 'unknown' || error.code !== 'INTERNAL_SERVER_ERROR') options.onError(error, path);
    },
  });
  wss.on('connection', serve);
  return wss;
}

async function createContext(
  { parts }: WebSocketOptions,
  { req, res: socket, info }: CreateWSSContextFnOptions,
): Promise<Context> {
  const line = watchLine(socket);
  const writable = () => parts.outbound.waitForRoom(socket);
  const throttle = new Throttle({ writable });
  parts.outbound.limitReading(socket, () => throttle.waiting);
  try {
    const identity = await parts.authenticator.identify(info.connectionParams ?? {});
    const connection = new Connection({
      user: identity?.user ?? null,
      expiresAt: identity?.expiresAt,
      writable,
      broken: () => line.broken,
    });
    endOnExpiry(connection, identity?.expiresAt, info.signal);
    connection.ended.addEventListener('abort', () => closeAfterWord(socket, connection.ended.reason), { once: true });
    const writeFrames = parts.sharedFrames ? parts.outbound.frameWriter(socket, req.socket) : null;
    return { ...parts, connection, throttle, writeFrames, address: req.socket.remoteAddress ?? '' };
  } catch (error) {
    if (error instanceof EarshotError) closeWith(socket, error);
    throw asTrpcError(error);
  }
}

/** Milliseconds in which subscriptions tell why they end before their socket closes. */
const lastWordMs = 200;

function closeAfterWord(socket: WebSocket, reason: unknown): void {
  if (reason instanceof EarshotError) setTimeout(closeWith, lastWordMs, socket, reason);
}

/** Closes with the error's own code; the adapter's plain close, which follows a failed context, then does nothing. */
function closeWith(socket: WebSocket, error: EarshotError): void {
  const { close = 1008 } = errorEntry(error.code);
  setImmediate(() => socket.close(close, error.message.slice(0, 120)));
}

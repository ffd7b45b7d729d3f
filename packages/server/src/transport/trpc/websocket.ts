import type { IncomingMessage } from 'node:http';
import { EarshotError, errorEntry } from '@earshot/shared';
import { type CreateWSSContextFnOptions, getWSConnectionHandler } from '@trpc/server/adapters/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connection } from '../../domain/connection.ts';
import { endOnExpiry } from '../expiry.ts';
import { keepAlive } from '../keepAlive.ts';
import { watchLine } from '../line.ts';
import { Outbound } from '../outbound.ts';
import type { Report } from '../report.ts';
import { type SocketSettings, socketOptions } from '../socketOptions.ts';
import type { Context, ContextParts } from './context.ts';
import { asTrpcError } from './errorShape.ts';
import type { OnError } from './onError.ts';
import { appRouter } from './router.ts';
import { tellingEncoder } from './sharedEvents.ts';
import { Throttle } from './throttle.ts';

interface WebSocketOptions extends SocketSettings {
  parts: ContextParts;
  /** Calls in one frame; 0: as many as fit. */
  callsPerFrame: number;
  onError: OnError;
  report: Report;
}

/** tRPC over WebSocket. Upgrades are handed to it by the caller. */
export function createTrpcSockets(options: WebSocketOptions): WebSocketServer {
  const wss = new WebSocketServer(socketOptions(options));
  const serve = getWSConnectionHandler({
    wss,
    router: appRouter,
    experimental_encoder: tellingEncoder,
    createContext: (call: CreateWSSContextFnOptions) => createContext(options, call),
    ...(options.callsPerFrame > 0 && { maxBatchSize: options.callsPerFrame }),
    onError: ({ error, path, type }) => {
      const ofTheSocket = type === 'unknown' && error.code === 'INTERNAL_SERVER_ERROR';
      if (!ofTheSocket) options.onError(error, path);
      else if (isTooLong(error.cause)) options.report('FRAME_TOO_LARGE', error.cause, 'socket');
    },
  });
  wss.on('connection', serve);
  keepAlive(wss);
  return wss;
}

/** What `ws` says of a frame beyond `maxPayload`; it closes the socket itself. */
function isTooLong(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}

async function createContext(
  { parts, report }: WebSocketOptions,
  { req, res: socket, info }: CreateWSSContextFnOptions,
): Promise<Context> {
  const line = watchLine(socket);
  const outbound = new Outbound(socket, report, parts.slowReaders);
  const throttle = new Throttle(outbound);
  outbound.limitReading(() => throttle.waiting);
  try {
    const identity = await parts.authenticator.identify(info.connectionParams ?? {});
    const connection = new Connection({
      user: identity?.user ?? null,
      expiresAt: identity?.expiresAt,
      writable: outbound.writable,
      broken: () => line.broken,
    });
    endOnExpiry(connection, identity?.expiresAt, info.signal);
    connection.ended.addEventListener('abort', () => closeAfterWord(socket, connection.ended.reason), { once: true });
    const writeFrames = parts.sharedFrames ? outbound.frameWriter(req.socket) : null;
    forgetHeaders(req);
    return { ...parts, connection, throttle, writeFrames, address: req.socket.remoteAddress ?? '' };
  } catch (error) {
    if (error instanceof EarshotError) closeWith(socket, error);
    throw asTrpcError(error);
  }
}

/** The adapter holds the request for as long as the socket, which may be days. Browsers send a kilobyte of headers. */
function forgetHeaders(request: IncomingMessage): void {
  request.headers = {};
  request.rawHeaders = [];
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

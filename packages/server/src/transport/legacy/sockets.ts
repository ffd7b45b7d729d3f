import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LegacyConfig } from '../../config/config.ts';
import type { NamedRoom } from '../../domain/namedRoom.ts';
import { keepAlive } from '../keepAlive.ts';
import type { RequestSource } from '../proxy/requestSource.ts';
import { type SocketSettings, socketOptions } from '../socketOptions.ts';
import { compressedFrame, textFrame } from '../textFrame.ts';
import { createFrameCodec } from './frameCodec.ts';
import { SharedFrames } from './sharedFrames.ts';
import { LegacySocket, type SocketParts } from './socket.ts';

interface LegacySocketsOptions extends Omit<SocketParts, 'frameCodec' | 'frames' | 'echo'>, SocketSettings {
  legacy: LegacyConfig;
  source: RequestSource;
}

export interface LegacySockets {
  /** The caller passes upgrades to it. */
  readonly server: WebSocketServer;
  /** Serves an open socket: `request` is its upgrade, and `named` the room in its path. */
  serve(socket: WebSocket, request: IncomingMessage, named: NamedRoom): void;
}

/** The WebSocket server of legacy clients. */
export function createLegacySockets({
  legacy,
  frameBytes,
  compression,
  source,
  ...parts
}: LegacySocketsOptions): LegacySockets {
  const server = new WebSocketServer(socketOptions({ frameBytes, compression }));
  keepAlive(server);
  const frameCodec = createFrameCodec(legacy.dates);
  // A socket is in one room, or in two while it moves. The limit is for clients that watch any number of rooms.
  const services = { ...parts.services, settings: { ...parts.services.settings, watchesPerConnection: 0 } };
  const frames = {
    plain: new SharedFrames(frameCodec, textFrame),
    compressed: new SharedFrames(frameCodec, compressedFrame),
  };
  const shared = { ...parts, frameBytes, services, frameCodec, frames, echo: legacy.echo };
  const serve = (socket: WebSocket, request: IncomingMessage, named: NamedRoom) => {
    server.emit('connection', socket, request);
    const address = source.clientAddress(request);
    new LegacySocket(shared, { socket, stream: request.socket, address, named });
  };
  return { server, serve };
}

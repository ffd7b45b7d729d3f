import type { IncomingMessage } from 'node:http';
import type { WebSocket, WebSocketServer } from 'ws';
import type { LegacyConfig } from '../../config/config.ts';
import type { NamedRoom } from '../../domain/namedRoom.ts';
import { type ClientSocketParts, createSocketServer } from '../sockets/clientSocket.ts';
import type { SocketSettings } from '../sockets/socketOptions.ts';
import { compressedFrame, textFrame } from '../sockets/textFrame.ts';
import { createFrameCodec } from './frameCodec.ts';
import { SharedFrames } from './sharedFrames.ts';
import { LegacySocket } from './socket.ts';
import type { SocketParts } from './socketParts.ts';

type SharedParts = Omit<SocketParts, 'frameCodec' | 'frames' | 'echo'> & Omit<ClientSocketParts, 'wire'>;

interface LegacySocketsOptions extends SharedParts, SocketSettings {
  legacy: LegacyConfig;
}

export interface LegacySockets {
  /** The caller passes upgrades to it. */
  readonly server: WebSocketServer;
  /** Serves an open socket: `request` is its upgrade, and `named` the room in its path. */
  serve(socket: WebSocket, request: IncomingMessage, named: NamedRoom): void;
}

/** The WebSocket server of legacy clients. */
export function createLegacyEndpoint({
  legacy,
  frameBytes,
  compression,
  ...parts
}: LegacySocketsOptions): LegacySockets {
  const server = createSocketServer({ ...parts, wire: 'legacy socket' }, { frameBytes, compression });
  const frameCodec = createFrameCodec({ dates: legacy.dates, marksGuests: parts.authenticator.checksTokens });
  // A socket is in one room, or in two while it moves. The limit is for clients that watch any number of rooms.
  const services = { ...parts.services, settings: { ...parts.services.settings, watchesPerConnection: 0 } };
  const frames = {
    plain: new SharedFrames(frameCodec, textFrame),
    compressed: new SharedFrames(frameCodec, compressedFrame),
  };
  const shared = { ...parts, services, frameCodec, frames, echo: legacy.echo };
  const serve = (socket: WebSocket, request: IncomingMessage, named: NamedRoom) => {
    server.emit('connection', socket, request);
    new LegacySocket(shared, socket, named);
  };
  return { server, serve };
}

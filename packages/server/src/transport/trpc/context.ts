import type { InFlight } from '../../async/inFlight.ts';
import type { Semaphore } from '../../async/semaphore.ts';
import type { Connection } from '../../domain/connection.ts';
import type { Services } from '../../domain/services.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { SocketGuard } from '../limits/socketGuard.ts';
import type { UnreadBytes } from '../limits/unreadBytes.ts';
import type { RequestSource } from '../origins/requestSource.ts';
import type { AddressStarts } from '../sockets/addressStarts.ts';
import type { ClientSocket } from '../sockets/clientSocket.ts';
import type { Outbound, OutboundTimes } from '../sockets/outbound.ts';
import type { UnidentifiedSockets } from '../sockets/unidentifiedSockets.ts';
import type { ConcurrencyLimiter } from './concurrencyLimiter.ts';
import type { SubscriptionHandle } from './socket/subscriptionHandle.ts';

/** The parts that all contexts of a server share. */
export interface ContextParts {
  services: Services;
  authenticator: Authenticator;
  inFlight: InFlight;
  guard: SocketGuard;
  answerSlots: Semaphore;
  unread: UnreadBytes;
  unidentified: UnidentifiedSockets;
  addressStarts: AddressStarts;
  source: RequestSource;
  slowReaders: Partial<OutboundTimes>;
  /** Whether watchers of one room may share frames. */
  sharedFrames: boolean;
}

/** The context of every procedure: one for each WebSocket, or for each HTTP request. */
export interface Context extends ContextParts {
  connection: Connection;
  limiter: ConcurrencyLimiter;
  /** Whether the request already holds the slots for all its answers. */
  holdsSlots: boolean;
  /** The current subscription, if it came over WebSocket. */
  subscription: SubscriptionHandle | null;
  /** The WebSocket; null over HTTP. */
  socket: ClientSocket | null;
  /** The writer of the WebSocket; null over HTTP. */
  outbound: Outbound | null;
}

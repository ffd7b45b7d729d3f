import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { EarshotError, type ErrorCode } from '@earshot/shared';
import { endWithErrorResponse } from '../errors/rawResponse.ts';
import type { OriginPolicy } from '../origins/originPolicy.ts';
import type { RequestSource } from '../origins/requestSource.ts';

interface GuardOptions {
  policy: OriginPolicy;
  /** Sockets and event streams that one address may hold at once; 0: unbounded. */
  socketsPerAddress: number;
  /** Called with each rejection. */
  onRefused: (error: EarshotError) => void;
  source: Pick<RequestSource, 'clientAddress'>;
}

/** Milliseconds until an address with too many connections should try again. */
const retryAfterMs = 5_000;

/** Decides at the upgrade, before a WebSocket exists, whether to accept a connection. */
export class SocketGuard {
  readonly #options: GuardOptions;
  readonly #counts = new Map<string, number>();
  #stopping = false;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** Rejects every connection from now on. */
  stop(): void {
    this.#stopping = true;
  }

  /**
   * Accepts the connection and counts it until its socket closes, or answers the upgrade with an HTTP error whose body is
   * `{error, code}`. Returns whether it is accepted.
   */
  admit(request: IncomingMessage, socket: Duplex): boolean {
    try {
      const address = this.#options.source.clientAddress(request);
      this.#check(request, address);
      this.#count(address, socket);
      return true;
    } catch (cause) {
      // An error thrown in an upgrade listener would end the process.
      const error = cause instanceof EarshotError ? cause : new EarshotError('INTERNAL', { cause });
      this.#options.onRefused(error);
      rejectUpgrade(socket, error.code, { message: error.message, retryAfterMs: error.retryAfterMs });
      return false;
    }
  }

  /** Counts a stream of server-sent events like a socket, until it closes. Throws `TOO_MANY_SOCKETS`. */
  admitStream(request: IncomingMessage, stream: ServerResponse): void {
    const address = this.#options.source.clientAddress(request);
    this.#requireFree(address);
    this.#count(address, stream);
  }

  #check(request: IncomingMessage, address: string): void {
    if (this.#stopping) throw new EarshotError('SERVER_STOPPING');
    this.#options.policy.check(request);
    this.#requireFree(address);
  }

  #requireFree(address: string): void {
    const { socketsPerAddress } = this.#options;
    if (socketsPerAddress === 0 || (this.#counts.get(address) ?? 0) < socketsPerAddress) return;
    throw new EarshotError('TOO_MANY_SOCKETS', { retryAfterMs });
  }

  #count(address: string, connection: Duplex | ServerResponse): void {
    if (connection.destroyed) return; // already closed: no further `close` event follows
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
    connection.once('close', () => this.#release(address));
  }

  #release(address: string): void {
    const left = (this.#counts.get(address) ?? 1) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}

/** Answers an upgrade with an HTTP error and closes the connection. */
export function rejectUpgrade(
  socket: Duplex,
  code: ErrorCode,
  details: { message?: string; retryAfterMs?: number | undefined } = {},
): void {
  socket.once('error', () => {}); // the client may be gone already
  // A client that never closes its end would keep the half-open connection, and a stopping server, for ever.
  socket.once('finish', () => socket.destroy());
  endWithErrorResponse(socket, { code, ...details });
}

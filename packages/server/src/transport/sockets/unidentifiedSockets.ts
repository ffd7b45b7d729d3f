import type { WebSocket } from 'ws';
import type { Report } from '../errors/report.ts';
import { closeWithError } from './closeWithError.ts';

/** Maximum unidentified sockets of one address. One more closes the oldest. */
const maxPerAddress = 32;
/** Milliseconds within which a socket must identify itself. Pages of legacy clients connect early and join late. */
const identifyTimeoutMs = 5 * 60_000;
/** Milliseconds in which the peer can answer the close frame. A socket counts until it has closed. */
const graceMs = 1_000;

/** Bounds the sockets that have not identified themselves, so that they don't lock out other clients of the same address. */
export class UnidentifiedSockets {
  readonly #isBounded: boolean;
  readonly #report: Report;
  readonly #byAddress = new Map<string, Set<WebSocket>>();

  /** `isBounded`: whether there is a limit. Without one, nothing is stored. */
  constructor({ isBounded, report }: { isBounded: boolean; report: Report }) {
    this.#isBounded = isBounded;
    this.#report = report;
  }

  /** Adds an open socket. Returns a function to call once the socket has identified itself; calling it again does nothing. */
  add(address: string, socket: WebSocket): () => void {
    if (!this.#isBounded) return () => {};
    const sockets = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, sockets.add(socket));
    const timer = setTimeout(() => this.#close(socket), identifyTimeoutMs);
    timer.unref();
    const forget = () => {
      clearTimeout(timer);
      socket.off('close', forget);
      sockets.delete(socket);
      if (sockets.size === 0 && this.#byAddress.get(address) === sockets) this.#byAddress.delete(address);
    };
    socket.once('close', forget);
    const [oldest] = sockets;
    if (sockets.size > maxPerAddress && oldest !== undefined) {
      sockets.delete(oldest);
      this.#close(oldest);
    }
    return forget;
  }

  #close(socket: WebSocket): void {
    closeWithError(socket, { code: 'IDENTITY_OVERDUE', report: this.#report, graceMs });
  }
}

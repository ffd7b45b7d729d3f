import type { WebSocket } from 'ws';
import { closeWithError } from './closeWithError.ts';
import type { Report } from './report.ts';

/** Sockets of one address that have not said who they are; another closes the oldest. */
const maxPerAddress = 32;
/** Milliseconds within which a socket has to say who it is. Pages of legacy clients connect early and join late. */
const identifyTimeoutMs = 5 * 60_000;
/** Milliseconds that the peer has to answer the close frame: a socket counts until it is gone. */
const graceMs = 1_000;

/** Bounds the sockets that have not said who they are, so that they keep nobody out who shares their address. */
export class UnidentifiedSockets {
  readonly #isBounded: boolean;
  readonly #report: Report;
  readonly #byAddress = new Map<string, Set<WebSocket>>();

  /** `isBounded`: whether there is a limit at all; without one nothing is kept. */
  constructor({ isBounded, report }: { isBounded: boolean; report: Report }) {
    this.#isBounded = isBounded;
    this.#report = report;
  }

  /** Notes an open socket. Returns a function to call once it has said who it is; it may be called again. */
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

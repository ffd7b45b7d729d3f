import { type ErrorCode, errorEntry } from '@earshot/shared';
import type { WebSocket } from 'ws';
import type { Report } from './report.ts';

interface CloseOptions {
  code: ErrorCode;
  report: Report;
  /** Milliseconds that the peer has to answer the close frame before the socket is cut off. */
  graceMs: number;
}

/** Reports an error that ends a socket, and closes the socket with the error's own close code. */
export function closeWithError(socket: WebSocket, { code, report, graceMs }: CloseOptions): void {
  const { close, message } = errorEntry(code);
  report(code, null, 'socket');
  socket.close(close, message);
  setTimeout(() => socket.terminate(), graceMs).unref();
}

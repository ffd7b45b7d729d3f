import { type ErrorCode, errorEntry } from '@earshot/shared';
import type { WebSocket } from 'ws';
import type { Report } from './report.ts';

interface CloseOptions {
  code: ErrorCode;
  report: Report;
  /** Milliseconds in which the peer can answer the close frame before the socket is terminated. */
  graceMs: number;
}

/** Reports the error, and closes the socket with the error's close code. */
export function closeWithError(socket: WebSocket, { code, report, graceMs }: CloseOptions): void {
  const { close, message } = errorEntry(code);
  report(code, null, 'socket');
  socket.close(close, message);
  setTimeout(() => socket.terminate(), graceMs).unref();
}

import { type EarshotError, type ErrorCode, errorEntry, errorMessages } from '@earshot/shared';
import type { WebSocket } from 'ws';
import type { Report } from '../errors/report.ts';

interface CloseOptions {
  code: ErrorCode;
  report: Report;
  /** Milliseconds in which the peer can answer the close frame before the socket is terminated. */
  graceMs: number;
}

/** Reports the error, and closes the socket with it. Terminates a socket whose peer does not answer. */
export function closeWithError(socket: WebSocket, { code, report, graceMs }: CloseOptions): void {
  report(code, null, 'socket');
  closeWith(socket, { code, message: errorMessages[code] });
  setTimeout(() => socket.terminate(), graceMs).unref();
}

/** The close code of an error that has none of its own: policy violation. */
const defaultCloseCode = 1008;

/** Closes the socket with the error's close code and message. */
export function closeWith(socket: WebSocket, { code, message }: Pick<EarshotError, 'code' | 'message'>): void {
  socket.close(errorEntry(code).close ?? defaultCloseCode, closeReason(message));
}

/** Bytes that a close frame leaves for the reason (RFC 6455, 5.5 and 5.5.1). `ws` throws for more. */
const reasonBytes = 123;
/** Bytes of U+FFFD, which replaces a character that is cut in two. */
const replacementBytes = 3;

/** The beginning of a sentence that fits into a close frame. */
export function closeReason(message: string): string {
  const bytes = Buffer.from(message);
  return bytes.length <= reasonBytes ? message : bytes.subarray(0, reasonBytes - replacementBytes).toString();
}

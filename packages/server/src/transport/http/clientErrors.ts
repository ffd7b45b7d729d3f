import { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@earshot/shared';
import { endWithErrorResponse } from '../errors/rawResponse.ts';

/** Milliseconds in which a client can read the answer before the socket is destroyed. */
const lingerMs = 1_000;

/**
 * Every page may read these answers: they hold no data of the server, and the request's Origin may be unknown. Without the
 * header, a page sees a network error.
 */
export const anyOriginHeaders = { 'Access-Control-Allow-Origin': '*' };

/**
 * Answers a request that Node.js can't parse with `{error, code}`. The socket stays readable for a moment: closing it with
 * unread bytes resets the connection, and the client loses the answer.
 */
export function respondToClientError(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || hasStartedResponse(socket)) {
    socket.destroy();
    return;
  }
  if (!socket.writable) return; // already answered: Node.js reports every further chunk again
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroy());
  endWithErrorResponse(socket, { ...describe(error.code), headers: anyOriginHeaders });
}

function describe(nodeCode: string | undefined): { code: ErrorCode; message?: string } {
  switch (nodeCode) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'HEADERS_TOO_LARGE' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'FRAME_TOO_LARGE' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'REQUEST_TIMEOUT' };
    default:
      return { code: 'INVALID_INPUT', message: 'The request is not valid HTTP.' };
  }
}

/** Whether a response on this socket has sent its headers: another answer would corrupt it. `_httpMessage` is where Node.js keeps it. */
function hasStartedResponse(socket: Duplex): boolean {
  const current = '_httpMessage' in socket ? socket._httpMessage : null;
  return current instanceof ServerResponse && current.headersSent;
}

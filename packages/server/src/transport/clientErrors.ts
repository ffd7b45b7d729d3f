import { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@earshot/shared';
import { endWithErrorResponse } from './rawResponse.ts';

/** Milliseconds in which a client may read the answer before the socket is destroyed. */
const lingerMs = 1_000;

/**
 * Any page may read these answers, because they say nothing of the server's data and the request's Origin may be unknown.
 * Without it a page takes the answer for a broken network.
 */
export const anyOriginHeaders = { 'Access-Control-Allow-Origin': '*' };

/**
 * Answers a request that Node.js could not read with `{error, code}`. The socket stays readable for a moment: closing it
 * over unread bytes resets the connection, and the client loses the answer.
 */
export function respondToClientError(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || hasStartedResponse(socket)) {
    socket.destroy();
    return;
  }
  if (!socket.writable) return; // already answered: every further chunk is reported again
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

/** Whether a response on this socket has sent its head. Another answer would corrupt it. Node.js keeps it here. */
function hasStartedResponse(socket: Duplex): boolean {
  const current = '_httpMessage' in socket ? socket._httpMessage : null;
  return current instanceof ServerResponse && current.headersSent;
}

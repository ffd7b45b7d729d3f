import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, errorEntry, errorMessages } from '@earshot/shared';

interface RawResponse {
  code: ErrorCode;
  /** The message for people; undefined: the code's default. */
  message?: string | undefined;
  headers?: Record<string, string>;
}

/** Writes an HTTP error with the body `{error, code}` to a socket without a response object, and ends it. */
export function endWithErrorResponse(socket: Duplex, { code, message, headers = {} }: RawResponse): void {
  const { http } = errorEntry(code);
  const body = JSON.stringify({ error: message ?? errorMessages[code], code });
  const fields = {
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${http} ${STATUS_CODES[http]}`, ...lines, '', body].join('\r\n'));
}

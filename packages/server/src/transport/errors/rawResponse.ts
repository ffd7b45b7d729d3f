import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, errorEntry, errorMessages } from '@earshot/shared';
import { retryAfter } from './errorResponse.ts';

interface RawResponse {
  code: ErrorCode;
  /** The message for people; undefined: the code's default. */
  message?: string | undefined;
  /** Milliseconds after which the same request may succeed. */
  retryAfterMs?: number | undefined;
  headers?: Record<string, string>;
}

/** Writes an HTTP error with the body `{error, code}` to a socket without a response object, and ends it. */
export function endWithErrorResponse(socket: Duplex, { code, message, retryAfterMs, headers = {} }: RawResponse): void {
  const { http } = errorEntry(code);
  const body = JSON.stringify({ error: message ?? errorMessages[code], code });
  const fields = {
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...(retryAfterMs !== undefined && { 'Retry-After': retryAfter(retryAfterMs) }),
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${http} ${STATUS_CODES[http]}`, ...lines, '', body].join('\r\n'));
}

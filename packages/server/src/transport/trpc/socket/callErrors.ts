import { TRPCError } from '@trpc/server';
import type { Call } from './call.ts';

/** The cause of a `TRPCError` whose code is not specific enough for `onError` and the router's `errorFormatter`. */
export class SocketError extends Error {
  readonly code: 'BATCH_TOO_LARGE' | 'ID_TOO_LONG' | 'WRONG_CALL_TYPE';

  constructor(code: SocketError['code'], message: string) {
    super(message);
    this.name = 'SocketError';
    this.code = code;
  }
}

function specificError(code: TRPCError['code'], cause: SocketError): TRPCError {
  return new TRPCError({ code, message: cause.message, cause });
}

export const batchTooLargeError = () =>
  specificError('BAD_REQUEST', new SocketError('BATCH_TOO_LARGE', 'Batch call exceeds maximum size'));

/** The message doesn't repeat the id itself. */
export const idTooLongError = (max: number) =>
  specificError('BAD_REQUEST', new SocketError('ID_TOO_LONG', `The id of a request has at most ${max} characters.`));

export const missingIdError = () => new TRPCError({ code: 'PARSE_ERROR', message: '`id` is required' });

export const duplicateIdError = ({ id }: Call) => new TRPCError({ code: 'BAD_REQUEST', message: `Duplicate id ${id}` });

export const notABufferError = () =>
  new TRPCError({ code: 'UNPROCESSABLE_CONTENT', message: 'Unexpected WebSocket message format' });

/** tRPC's own error for a call whose procedure has another type. Its cause distinguishes it from an unknown procedure. */
export const wrongTypeError = ({ type, path }: Call) =>
  specificError('NOT_FOUND', new SocketError('WRONG_CALL_TYPE', `No "${type}"-procedure on path "${path}"`));

export const streamFromCallError = ({ type }: Call) =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `Cannot return an async iterable or observable from a ${type} procedure with WebSockets`,
  });

export const noStreamError = ({ path }: Call) =>
  new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: `Subscription ${path} did not return an observable or a AsyncGenerator`,
  });

import { EarshotError, type ErrorCode, trpcCode } from '@earshot/shared';
import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { type ErrorResponse, errorResponseFor, toErrorResponse } from '../errors/errorResponse.ts';
import { SocketError } from './socket/callErrors.ts';

/** tRPC's error for an EarshotError, which is its cause. */
export function toTrpcError(error: EarshotError): TRPCError {
  return new TRPCError({ code: trpcCode(error.code), message: error.message, cause: error });
}

/** Converts an EarshotError to a tRPC error. Returns any other error unchanged. */
export function asTrpcError(error: unknown): unknown {
  return error instanceof EarshotError ? toTrpcError(error) : error;
}

/** The public message and data of an error. */
export function describeError(error: TRPCError): ErrorResponse {
  const { cause } = error;
  if (cause instanceof SocketError) return toErrorResponse(toEarshotError(cause));
  const isKnown = cause instanceof EarshotError || cause instanceof ZodError;
  return isKnown ? toErrorResponse(cause) : errorResponseFor(codeOf(error));
}

/** The error of a WebSocket frame or call that tRPC's own code does not name. */
function toEarshotError({ code, message }: SocketError): EarshotError {
  switch (code) {
    case 'ID_TOO_LONG':
      return new EarshotError('INVALID_INPUT', { message });
    case 'BATCH_TOO_LARGE':
      return new EarshotError('TOO_MANY_CALLS');
    case 'WRONG_CALL_TYPE':
      return new EarshotError('WRONG_CALL_TYPE');
  }
}

function codeOf({ code }: TRPCError): ErrorCode {
  switch (code) {
    case 'NOT_FOUND':
      return 'NO_SUCH_PROCEDURE';
    case 'PAYLOAD_TOO_LARGE':
      return 'FRAME_TOO_LARGE';
    case 'METHOD_NOT_SUPPORTED':
      return 'WRONG_CALL_TYPE';
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'UNPROCESSABLE_CONTENT':
      return 'INVALID_INPUT';
    default:
      return 'INTERNAL';
  }
}

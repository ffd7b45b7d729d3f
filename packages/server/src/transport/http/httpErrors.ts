import { EarshotError, type ErrorCode, errorEntry } from '@earshot/shared';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { errorResponseFor, retryAfter, toErrorResponse } from '../errors/errorResponse.ts';
import type { Report } from '../errors/report.ts';

/** Errors outside of tRPC are answered as `{error, code}`. */
export function addErrorHandlers(app: FastifyInstance, report: Report): void {
  app.setNotFoundHandler((_request, reply) => sendErrorResponse(new EarshotError('NO_SUCH_PROCEDURE'), reply));
  app.setErrorHandler<HttpError>((error, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') discardBody(request, reply);
    sendErrorResponse(error, reply);
    report(errorResponseOf(error).data.errorCode, error, request.routeOptions.url);
  });
}

type HttpError = Error & { statusCode?: number; code?: string };

/** Answers a request with an error. */
export function sendErrorResponse(error: HttpError, reply: FastifyReply): void {
  const { message, data } = errorResponseOf(error);
  if (data.retryAfterMs !== undefined) reply.header('retry-after', retryAfter(data.retryAfterMs));
  reply.code(errorEntry(data.errorCode).http).send({ error: message, code: data.errorCode });
}

function errorResponseOf(error: HttpError) {
  const isKnown = error instanceof EarshotError || error instanceof ZodError;
  if (isKnown) return toErrorResponse(error);
  const response = errorResponseFor(codeOf(error));
  return notJsonCodes.has(error.code) ? { ...response, message: 'The body is not JSON.' } : response;
}

/** fastify's codes for a body that isn't valid JSON, or has another content type. */
const notJsonCodes = new Set<string | undefined>([
  'FST_ERR_CTP_INVALID_JSON_BODY',
  'FST_ERR_CTP_EMPTY_JSON_BODY',
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
]);

/** The code for an error that fastify finds in a request. */
function codeOf({ statusCode = 500 }: HttpError): ErrorCode {
  if (statusCode === 413) return 'FRAME_TOO_LARGE';
  return statusCode < 500 ? 'INVALID_INPUT' : 'INTERNAL';
}

/** Milliseconds in which a client can send the rest of a discarded body. */
const lingerMs = 5_000;

/**
 * Discards the rest of a body that is too long, and keeps the connection open. Fastify closes it, and closing a connection
 * with unread bytes resets it: the client loses the answer, and a proxy in front answers 502 instead.
 */
function discardBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  raw.resume();
  const timer = setTimeout(() => raw.destroy(), lingerMs).unref();
  raw.once('close', () => clearTimeout(timer));
}

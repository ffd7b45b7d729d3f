import { type ErrorCode, errorEntry } from './errorCodes.ts';

// Apart from errorCodes.ts: only servers need it, and pages load the other table.

/** tRPC's names for kinds of errors, by HTTP status. */
const trpcCodes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  431: 'PAYLOAD_TOO_LARGE',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
} as const;

/** Returns tRPC's name for the kind of an error. */
export const trpcCode = (code: ErrorCode) => trpcCodes[errorEntry(code).http];

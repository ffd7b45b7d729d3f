import { EarshotError, type ErrorCode, errorCodes, errorEntry } from '@earshot/shared';
import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';

/** What a client finds under `data` of an error, beside tRPC's own fields. */
export interface ErrorData {
  errorCode: ErrorCode;
  retry: 'no' | 'later' | 'reconnect';
  retryAfterMs?: number;
  /** What is wrong with the input, a line for each field. */
  issues?: { path: string; message: string }[];
}

/** A refusal of the domain as tRPC's error; anything else as it is. */
export function asTrpcError(error: unknown): unknown {
  if (!(error instanceof EarshotError)) return error;
  return new TRPCError({ code: errorEntry(error.code).trpc, message: error.message, cause: error });
}

/** The sentence and the data that leave the server: nothing of a stack, a cause or an unforeseen error. */
export function describeError(error: TRPCError): { message: string; data: ErrorData } {
  const { cause } = error;
  if (cause instanceof EarshotError) return describeRefusal(cause);
  if (cause instanceof ZodError) return describeIssues(cause);
  const code = codeOf(error);
  return { message: errorCodes[code].message, data: { errorCode: code, retry: errorCodes[code].retry } };
}

function describeRefusal({ code, message, retryAfterMs }: EarshotError): { message: string; data: ErrorData } {
  const data: ErrorData = { errorCode: code, retry: errorCodes[code].retry };
  if (retryAfterMs !== undefined) data.retryAfterMs = retryAfterMs;
  return { message, data };
}

function describeIssues(error: ZodError): { message: string; data: ErrorData } {
  const issues = error.issues.flatMap((issue) => flatten(issue, ''));
  return {
    message: issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '),
    data: { errorCode: 'INVALID_INPUT', retry: errorCodes.INVALID_INPUT.retry, issues },
  };
}

type Issue = ZodError['issues'][number];

/** For an input that may have several forms, tells of the form it is nearest to. */
function flatten(issue: Issue, above: string): { path: string; message: string }[] {
  const path = [above, ...issue.path.map(String)].filter(Boolean).join('.');
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((a, b) => (b.length < a.length ? b : a));
    return nearest.flatMap((inner) => flatten(inner, path));
  }
  return [{ path, message: issue.message }];
}

function codeOf(error: TRPCError): ErrorCode {
  switch (error.code) {
    case 'NOT_FOUND':
      return 'NO_SUCH_PROCEDURE';
    case 'PAYLOAD_TOO_LARGE':
      return 'FRAME_TOO_LARGE';
    case 'BAD_REQUEST':
      // tRPC's own check of `maxBatchSize` has no code of its own.
      return error.message.startsWith('Batch call exceeds') ? 'TOO_MANY_CALLS' : 'INVALID_INPUT';
    case 'PARSE_ERROR':
    case 'METHOD_NOT_SUPPORTED':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'UNPROCESSABLE_CONTENT':
      return 'INVALID_INPUT';
    default:
      return 'INTERNAL';
  }
}

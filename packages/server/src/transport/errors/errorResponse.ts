import { EarshotError, type ErrorCode, errorCodes, errorMessages } from '@earshot/shared';
import { ZodError } from 'zod';

/** Error data for programs, sent beside the message for people. */
export interface ErrorData {
  errorCode: ErrorCode;
  retry: 'no' | 'later' | 'reconnect';
  retryAfterMs?: number;
  /** Of a sanction: the reason that moderators gave, and when it ends, in milliseconds since 1970. */
  reason?: string;
  endsAt?: number;
  /** Problems with the input, one for each field. */
  issues?: { path: string; message: string }[];
}

export interface ErrorResponse {
  message: string;
  data: ErrorData;
}

/** The public part of an error: no stack, no cause, and no details of an unexpected error. */
export function toErrorResponse(error: unknown): ErrorResponse {
  if (error instanceof EarshotError) return fromEarshotError(error);
  if (error instanceof ZodError) return fromZodError(error);
  return errorResponseFor('INTERNAL');
}

/** The error of that code, with the default message. */
export function errorResponseFor(code: ErrorCode): ErrorResponse {
  return { message: errorMessages[code], data: { errorCode: code, retry: errorCodes[code].retry } };
}

/** The value of the header `Retry-After`. */
export const retryAfter = (ms: number) => String(Math.ceil(ms / 1_000));

function fromEarshotError({ code, message, retryAfterMs, reason, endsAt }: EarshotError): ErrorResponse {
  const data: ErrorData = { errorCode: code, retry: errorCodes[code].retry };
  if (retryAfterMs !== undefined) data.retryAfterMs = retryAfterMs;
  if (reason !== undefined) data.reason = reason;
  if (endsAt !== undefined) data.endsAt = endsAt.getTime();
  return { message, data };
}

/** Maximum number of issues in an answer, and of characters in each: an answer must not be many times longer than its call. */
const issuesMax = 8;
const issueChars = 160;

function fromZodError(error: ZodError): ErrorResponse {
  const issues = error.issues
    .slice(0, issuesMax)
    .flatMap((issue) => flatten(issue, ''))
    .slice(0, issuesMax);
  return {
    message: issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '),
    data: { errorCode: 'INVALID_INPUT', retry: errorCodes.INVALID_INPUT.retry, issues },
  };
}

type Issue = ZodError['issues'][number];

/** For an input that has several forms, returns the issues of the closest form. */
function flatten(issue: Issue, above: string): { path: string; message: string }[] {
  const path = [above, ...issue.path.map(String)].filter(Boolean).join('.');
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((a, b) => (b.length < a.length ? b : a));
    return nearest.flatMap((inner) => flatten(inner, path));
  }
  return [{ path: shortened(path), message: shortened(issue.message) }];
}

/** Unknown field names are chosen by the client, so their length is bounded. */
const shortened = (text: string) => (text.length > issueChars ? `${text.slice(0, issueChars)}…` : text);

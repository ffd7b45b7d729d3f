import { EarshotError, type ErrorCode, errorCodes } from '@earshot/shared';
import { ZodError } from 'zod';

/** What a client finds beside the sentence for people. */
export interface ErrorData {
  errorCode: ErrorCode;
  retry: 'no' | 'later' | 'reconnect';
  retryAfterMs?: number;
  /** What is wrong with the input, a line for each field. */
  issues?: { path: string; message: string }[];
}

export interface ErrorResponse {
  message: string;
  data: ErrorData;
}

/** What leaves the server of an error: nothing of a stack, a cause, or an error that nobody foresaw. */
export function toErrorResponse(error: unknown): ErrorResponse {
  if (error instanceof EarshotError) return fromEarshotError(error);
  if (error instanceof ZodError) return fromZodError(error);
  return errorResponseFor('INTERNAL');
}

/** The error of that name, with the table's own sentence. */
export function errorResponseFor(code: ErrorCode): ErrorResponse {
  return { message: errorCodes[code].message, data: { errorCode: code, retry: errorCodes[code].retry } };
}

function fromEarshotError({ code, message, retryAfterMs }: EarshotError): ErrorResponse {
  const data: ErrorData = { errorCode: code, retry: errorCodes[code].retry };
  if (retryAfterMs !== undefined) data.retryAfterMs = retryAfterMs;
  return { message, data };
}

/** Issues of one input that a client is told, and characters of each: an answer must not be many times its call. */
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

/** For an input that may have several forms, tells of the form it is nearest to. */
function flatten(issue: Issue, above: string): { path: string; message: string }[] {
  const path = [above, ...issue.path.map(String)].filter(Boolean).join('.');
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((a, b) => (b.length < a.length ? b : a));
    return nearest.flatMap((inner) => flatten(inner, path));
  }
  return [{ path: shortened(path), message: shortened(issue.message) }];
}

/** Clients choose the names of fields that are not known. */
const shortened = (text: string) => (text.length > issueChars ? `${text.slice(0, issueChars)}…` : text);

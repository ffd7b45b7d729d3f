import { type ErrorCode, errorCodes, errorEntry, isErrorCode } from '@earshot/shared';
import { TRPCClientError } from '@trpc/client';
import { isNetworkFailure } from './networkFailure.ts';

/** Errors of the client itself, in addition to the server's error table. */
const localErrors = {
  CONNECTION_LOST: { retry: 'reconnect', message: 'The connection was lost before an answer came.' },
  NO_CREDENTIALS: { retry: 'later', message: '`getToken` failed.' },
  CLIENT_CLOSED: { retry: 'no', message: 'The client has been closed.' },
  OUTBOX_FULL: { retry: 'no', message: 'Too many messages are waiting to be sent.' },
  SEND_DROPPED: { retry: 'no', message: 'The message was dropped before it was sent.' },
  TOO_MANY_STREAMS: {
    retry: 'no',
    message:
      'The browser has no free connection for another event stream. Leave a room, close another tab, or connect by WebSocket.',
  },
  ABORTED: { retry: 'no', message: 'The call was aborted.' },
  UNKNOWN: { retry: 'no', message: 'Something went wrong.' },
} as const;

export type LocalErrorCode = keyof typeof localErrors;
type Retry = 'no' | 'later' | 'reconnect';

export interface InputIssue {
  path: string;
  message: string;
}

interface ErrorDetails {
  message?: string | undefined;
  retry?: Retry | undefined;
  retryAfterMs?: number | undefined;
  reason?: string | undefined;
  endsAt?: Date | undefined;
  issues?: readonly InputIssue[] | undefined;
  cause?: unknown;
}

/** The only error class of this package: an error from the server's table, or a local one. */
export class EarshotClientError extends Error {
  override readonly name = 'EarshotClientError';
  readonly code: ErrorCode | LocalErrorCode;
  /** `no`: the same call will fail again. `later`: it may succeed after a while. `reconnect`: it may succeed on a new connection. */
  readonly retry: Retry;
  /** Milliseconds after which the same call may succeed, if the server knows. */
  readonly retryAfterMs: number | undefined;
  /** The reason that moderators gave for a sanction, if they gave one. */
  readonly reason: string | undefined;
  /** When the sanction ends, if it does. */
  readonly endsAt: Date | undefined;
  /** The problems of the input, for `INVALID_INPUT`. */
  readonly issues: readonly InputIssue[];

  constructor(code: ErrorCode | LocalErrorCode, details: ErrorDetails = {}) {
    // The server sends a text with each of its errors.
    const message = details.message || (isErrorCode(code) ? `The server answered ${code}.` : localErrors[code].message);
    super(message, { cause: details.cause });
    this.code = code;
    this.retry = details.retry ?? (isErrorCode(code) ? errorCodes[code] : localErrors[code]).retry;
    this.retryAfterMs = details.retryAfterMs;
    this.reason = details.reason;
    this.endsAt = details.endsAt;
    this.issues = details.issues ?? [];
  }
}

/** Converts any rejection of a call to this package's error. */
export function asEarshotError(error: unknown): EarshotClientError {
  if (error instanceof EarshotClientError) return error;
  if (!(error instanceof TRPCClientError)) return fromCause(error, error);
  const data: unknown = error.data;
  if (isRecord(data)) return fromServer(data, error);
  if (error.cause instanceof EarshotClientError) return error.cause;
  if (isRecord(error.meta) && 'response' in error.meta) return fromOtherAnswer(error.meta.responseJSON, error);
  return fromCause(error.cause, error);
}

/** Converts the `data` of an error, in the format of the server. */
export function fromServer(data: Record<string, unknown>, error: Error): EarshotClientError {
  return new EarshotClientError(isErrorCode(data.errorCode) ? data.errorCode : 'UNKNOWN', {
    message: error.message,
    // A newer server may have codes that this table lacks, so its own `retry` is used.
    retry: data.retry === 'no' || data.retry === 'later' || data.retry === 'reconnect' ? data.retry : undefined,
    retryAfterMs: typeof data.retryAfterMs === 'number' ? data.retryAfterMs : undefined,
    reason: typeof data.reason === 'string' ? data.reason : undefined,
    endsAt: typeof data.endsAt === 'number' ? new Date(data.endsAt) : undefined,
    issues: Array.isArray(data.issues) ? data.issues.filter(isIssue) : [],
    cause: error,
  });
}

/**
 * Converts a response that is not tRPC's. The server answers `{error, code}` to requests that it refuses before tRPC. Any other
 * response comes from an intermediary, such as a proxy whose server is down.
 */
function fromOtherAnswer(body: unknown, cause: Error): EarshotClientError {
  return isRecord(body) && isErrorCode(body.code) && typeof body.error === 'string'
    ? new EarshotClientError(body.code, { message: body.error, cause })
    : new EarshotClientError('CONNECTION_LOST', { cause });
}

/** Converts a close code: to its error in the table, else to a lost connection. */
export function fromClose(closeCode: number | undefined, cause?: unknown): EarshotClientError {
  const codes = Object.keys(errorCodes).filter(isErrorCode);
  // Two errors have 4401. The later one is right, because a connection without a token is not closed for it.
  const known = closeCode === undefined ? undefined : codes.findLast((code) => errorEntry(code).close === closeCode);
  if (known === undefined) return new EarshotClientError('CONNECTION_LOST', { cause });
  const reason = isRecord(cause) && typeof cause.reason === 'string' ? cause.reason : '';
  const isSentence = !reason.startsWith('{'); // a restarting server says when to reconnect
  return new EarshotClientError(known, { message: isSentence ? reason : 'The server is restarting.', cause });
}

function fromCause(cause: unknown, error: unknown): EarshotClientError {
  if (isRecord(cause)) {
    if (cause.name === 'AbortError') return new EarshotClientError('ABORTED', { cause: error });
    // A CloseEvent or error event of a socket or event stream. Runtimes have no common class for events.
    if (cause.type === 'close') return connectionLost(cause, error);
    if (cause.type === 'error' || cause.name === 'TRPCWebSocketClosedError') return connectionLost({}, error);
    if (isNetworkFailure(cause)) return connectionLost({}, error);
  }
  const message = error instanceof Error ? error.message : undefined;
  return new EarshotClientError('UNKNOWN', { message, cause: error });
}

/** A call in flight when its socket closed may be repeated, unless the close code means that it can't succeed. */
function connectionLost({ code }: { code?: unknown }, cause: unknown): EarshotClientError {
  const closed = fromClose(typeof code === 'number' ? code : undefined, cause);
  return closed.code === 'CONNECTION_LOST' || closed.retry === 'no'
    ? closed
    : new EarshotClientError('CONNECTION_LOST', { cause });
}

function isIssue(value: unknown): value is InputIssue {
  return isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

import { type ErrorCode, errorCodes, errorEntry, isErrorCode } from '@earshot/shared';
import { TRPCClientError } from '@trpc/client';
import { isNetworkFailure } from './networkFailure.ts';

/** What goes wrong on the client's own side, beside the server's error table. */
const localErrors = {
  CONNECTION_LOST: { retry: 'reconnect', message: 'The connection was lost before an answer came.' },
  NO_CREDENTIALS: { retry: 'later', message: 'No token could be got.' },
  CLIENT_CLOSED: { retry: 'no', message: 'The client has been closed.' },
  OUTBOX_FULL: { retry: 'no', message: 'Too many messages are waiting to be sent.' },
  SEND_DROPPED: { retry: 'no', message: 'The message was withdrawn before it was sent.' },
  TOO_MANY_STREAMS: {
    retry: 'no',
    message:
      'The browser has no connection to spare for another event stream. Leave a room, close another tab, or connect by WebSocket.',
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
  issues?: readonly InputIssue[] | undefined;
  cause?: unknown;
}

/** The one error of this package: a refusal from the server's table, or a local one. */
export class EarshotClientError extends Error {
  override readonly name = 'EarshotClientError';
  readonly code: ErrorCode | LocalErrorCode;
  /** `no`: the same call will fail again. `later`: it may succeed after a while. `reconnect`: on a new connection. */
  readonly retry: Retry;
  /** Milliseconds after which the same call may succeed, where the server said so. */
  readonly retryAfterMs: number | undefined;
  /** What is wrong with the input, for `INVALID_INPUT`. */
  readonly issues: readonly InputIssue[];

  constructor(code: ErrorCode | LocalErrorCode, details: ErrorDetails = {}) {
    const entry = isErrorCode(code) ? errorCodes[code] : localErrors[code];
    super(details.message ?? entry.message, { cause: details.cause });
    this.code = code;
    this.retry = details.retry ?? entry.retry;
    this.retryAfterMs = details.retryAfterMs;
    this.issues = details.issues ?? [];
  }
}

/** Anything that a call rejected with, as this package's error. */
export function asEarshotError(error: unknown): EarshotClientError {
  if (error instanceof EarshotClientError) return error;
  if (!(error instanceof TRPCClientError)) return fromCause(error, error);
  const data: unknown = error.data;
  if (isRecord(data)) return fromServer(data, error);
  if (error.cause instanceof EarshotClientError) return error.cause;
  if (isRecord(error.meta) && 'response' in error.meta) return fromOtherAnswer(error.meta.responseJSON, error);
  return fromCause(error.cause, error);
}

/** `data` of an error as the server's formatter shapes it. */
export function fromServer(data: Record<string, unknown>, error: Error): EarshotClientError {
  return new EarshotClientError(isErrorCode(data.errorCode) ? data.errorCode : 'UNKNOWN', {
    message: error.message,
    // A newer server may know codes that this table lacks; what to do about them it says itself.
    retry: data.retry === 'no' || data.retry === 'later' || data.retry === 'reconnect' ? data.retry : undefined,
    retryAfterMs: typeof data.retryAfterMs === 'number' ? data.retryAfterMs : undefined,
    issues: Array.isArray(data.issues) ? data.issues.filter(isIssue) : [],
    cause: error,
  });
}

/**
 * An answer that isn't tRPC's. The server refuses requests that it does not read with `{error, code}`. Anything else comes
 * from something in between: a proxy whose server is away.
 */
function fromOtherAnswer(body: unknown, cause: Error): EarshotClientError {
  return isRecord(body) && isErrorCode(body.code) && typeof body.error === 'string'
    ? new EarshotClientError(body.code, { message: body.error, cause })
    : new EarshotClientError('CONNECTION_LOST', { cause });
}

/** Why a WebSocket closed: its code in the error table, else a lost connection. */
export function fromClose(closeCode: number | undefined, cause?: unknown): EarshotClientError {
  const codes = Object.keys(errorCodes).filter(isErrorCode);
  // 4401 stands for two errors: the later one, because a connection without a token is not closed for it.
  const known = closeCode === undefined ? undefined : codes.findLast((code) => errorEntry(code).close === closeCode);
  return new EarshotClientError(known ?? 'CONNECTION_LOST', { cause });
}

function fromCause(cause: unknown, error: unknown): EarshotClientError {
  if (isRecord(cause)) {
    if (cause.name === 'AbortError') return new EarshotClientError('ABORTED', { cause: error });
    // A CloseEvent or error event of a socket or event stream; events have no common class over all runtimes.
    if (cause.type === 'close') return lostWith(cause, error);
    if (cause.type === 'error' || cause.name === 'TRPCWebSocketClosedError') return lostWith({}, error);
    // What tRPC makes of a call when its socket is closing; a plain Error, so it has to be known by its words.
    if (cause.message === 'Active connection is not open') return lostWith({}, error);
    if (isNetworkFailure(cause)) return lostWith({}, error);
  }
  const message = error instanceof Error ? error.message : undefined;
  return new EarshotClientError('UNKNOWN', { message, cause: error });
}

/** A call that was under way when its socket closed may be repeated, unless the close says that it can't succeed. */
function lostWith({ code }: { code?: unknown }, cause: unknown): EarshotClientError {
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

import { type ErrorCode, errorCodes } from './errorCodes.ts';

interface ErrorDetails {
  /** The text for the user. Default: the message in the table. */
  message?: string;
  /** Milliseconds after which the same call may succeed. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** An error with a code from the error table. Stores, domain and transports throw no other error on purpose. */
export class EarshotError extends Error {
  override readonly name = 'EarshotError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.message ?? errorCodes[code].message, { cause: details.cause });
    this.code = code;
    this.retryAfterMs = details.retryAfterMs;
  }
}

import { type ErrorCode, errorCodes } from './errorCodes.ts';

interface ErrorDetails {
  /** What a person reads; the table's sentence when left out. */
  message?: string;
  /** Milliseconds after which the same call may succeed. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** A refusal with a name from the error table: the only error that stores, domain and transports throw on purpose. */
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

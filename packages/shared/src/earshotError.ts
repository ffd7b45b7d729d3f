import type { ErrorCode } from './errorCodes.ts';
import { errorMessages } from './errorMessages.ts';

interface ErrorDetails {
  /** The text for the user. Default: the message in the table. */
  message?: string;
  /** Milliseconds after which the same call may succeed. */
  retryAfterMs?: number;
  /** Of a sanction: the reason that moderators gave, and when it ends. */
  reason?: string | null | undefined;
  endsAt?: Date | null | undefined;
  cause?: unknown;
}

/** An error with a code from the error table. Stores, domain and transports throw no other error on purpose. */
export class EarshotError extends Error {
  override readonly name = 'EarshotError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly reason: string | undefined;
  readonly endsAt: Date | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.message ?? errorMessages[code], { cause: details.cause });
    this.code = code;
    this.retryAfterMs = details.retryAfterMs;
    this.reason = details.reason ?? undefined;
    this.endsAt = details.endsAt ?? undefined;
  }
}

import { asEarshotError, EarshotClientError } from '@earshot/client';
import type { Text } from '../text/en.ts';
import { endTime } from './endTime.ts';

/** A problem: the error of a call, or a code of `text.errors.messages` where no call was made. */
export type ProblemCause = EarshotClientError | keyof Text['errors']['messages'];

/** The problem for a rejected call that is not retried automatically. Without an answer, the server is unreachable. */
export function problemOf(error: unknown): ProblemCause {
  const problem = asEarshotError(error);
  return problem.code === 'CONNECTION_LOST' ? 'SERVER_UNREACHABLE' : problem;
}

/** The way to recover: retry, identify again, return to the nearby rooms, or reload the page. */
export type Recovery = 'retry' | 'renew' | 'back' | 'reload' | 'none';

const recoveries: Record<string, Recovery> = {
  TOKEN_EXPIRED: 'renew',
  TOKEN_INVALID: 'renew',
  TOKEN_REVOKED: 'renew',
  UNAUTHENTICATED: 'renew',
  ROOM_GONE: 'back',
  ROOM_NOT_FOUND: 'back',
  TOO_MANY_WATCHES: 'back',
  ORIGIN_REFUSED: 'retry',
  HOST_REFUSED: 'retry',
  NOT_A_MEMBER: 'retry',
  BANNED: 'retry',
  LOCATION_UNAVAILABLE: 'retry',
  LOCATION_TIMEOUT: 'retry',
  SERVER_UNREACHABLE: 'retry',
  INTERNAL: 'retry',
  UNKNOWN: 'reload',
  NO_SUCH_PROCEDURE: 'reload',
};

const codeOf = (cause: ProblemCause): string => (typeof cause === 'string' ? cause : cause.code);

export function recoveryFor(cause: ProblemCause): Recovery {
  const known = recoveries[codeOf(cause)];
  if (known !== undefined) return known;
  return cause instanceof EarshotClientError && cause.retry !== 'no' ? 'retry' : 'none';
}

/** Describes a problem for people. `secondsLeft` is the time until a retry may succeed, if known. */
export function describeError(cause: ProblemCause, { errors }: Text, secondsLeft = 0): string {
  const code = codeOf(cause);
  if (code === 'RATE_LIMITED' && secondsLeft > 0) return errors.rateLimited(secondsLeft);
  if (cause instanceof EarshotClientError && (code === 'MUTED' || code === 'BANNED')) {
    return errors.sanctioned[code](cause.endsAt ? endTime(cause.endsAt) : '', cause.reason ?? '');
  }
  const message = Object.entries(errors.messages).find(([known]) => known === code)?.[1];
  return message ?? (cause instanceof EarshotClientError ? cause.message : code);
}

import { EarshotError } from '@earshot/shared';
import type { AbortSignalLike } from '../../async/lightAbortController.ts';
import type { Connection } from '../../domain/connection.ts';
import type { Identity } from './authenticator.ts';

/** Returns the identity. Throws `TOKEN_EXPIRED` if it has expired. */
export function unexpired(identity: Identity): Identity {
  const { expiresAt } = identity;
  if (expiresAt !== undefined && expiresAt.getTime() <= Date.now()) throw new EarshotError('TOKEN_EXPIRED');
  return identity;
}

/** Maximum milliseconds between two reads of the clock: it may be set while a timer runs, and the timer ignores that. */
const longestTimer = 10 * 60_000;

/** Ends the connection with `TOKEN_EXPIRED` when its identity expires, unless `closed` aborts first. */
export function endOnExpiry(connection: Connection, expiresAt: Date | undefined, closed: AbortSignalLike): void {
  if (expiresAt === undefined || closed.aborted) return;
  const left = () => expiresAt.getTime() - Date.now();
  const wait = () => setTimeout(endOrWait, Math.min(Math.max(0, left()), longestTimer)).unref();
  const endOrWait = () => {
    if (left() <= 0) connection.end(new EarshotError('TOKEN_EXPIRED'));
    else timer = wait();
  };
  let timer = wait();
  closed.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

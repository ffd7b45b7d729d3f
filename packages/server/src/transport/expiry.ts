import { EarshotError } from '@earshot/shared';
import type { Connection } from '../domain/connection.ts';
import type { Signal } from '../feed/stop.ts';

/** The longest a timer can wait, in milliseconds: Node fires a longer one at once. */
const longestTimer = 2 ** 31 - 1;

/** Ends the connection with `TOKEN_EXPIRED` when its identity runs out, unless `closed` aborts before, or has. */
export function endOnExpiry(connection: Connection, expiresAt: Date | undefined, closed: Signal): void {
  if (expiresAt === undefined || closed.aborted) return;
  const left = expiresAt.getTime() - Date.now();
  const timer = setTimeout(
    () => {
      if (left > longestTimer) endOnExpiry(connection, expiresAt, closed);
      else connection.end(new EarshotError('TOKEN_EXPIRED'));
    },
    Math.min(Math.max(0, left), longestTimer),
  );
  timer.unref();
  closed.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

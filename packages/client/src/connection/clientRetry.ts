import { EarshotClientError } from '../errors.ts';
import { type Backoff, defaultBackoff } from './backoff.ts';
import type { Connection } from './connectionMonitor.ts';
import { InterruptibleDelays } from './interruptibleDelays.ts';
import type { RetryOptions } from './withRetry.ts';

/**
 * The options of a client's subscription that is kept: waits for the connection end when it is open, and the signal aborts when it is closed.
 * `release` stops observing the connection.
 */
export function clientRetry(
  connection: Connection,
  backoff?: Partial<Backoff>,
): { retry: RetryOptions; release: () => void } {
  const delays = new InterruptibleDelays();
  const closed = new AbortController();
  const onConnection = ({ status }: { status: string }) => {
    if (status === 'open') delays.endAll();
    if (status !== 'closed') return;
    release();
    closed.abort(new EarshotClientError('CLIENT_CLOSED'));
  };
  const release = connection.subscribe(onConnection);
  onConnection(connection.get());
  return { retry: { backoff: { ...defaultBackoff, ...backoff }, delays, signal: closed.signal }, release };
}

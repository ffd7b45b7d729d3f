import type { Location } from '@earshot/shared';
import { type Backoff, defaultBackoff } from '../connection/backoff.ts';
import { InterruptibleDelays } from '../connection/interruptibleDelays.ts';
import type { EarshotClient } from '../earshotClient.ts';
import { EarshotClientError } from '../errors.ts';
import { type FollowOptions, Neighbourhood } from './neighbourhood.ts';

/**
 * Follows the messages of the public rooms around a location, without joining them, until it or the client is closed. `moveTo` of the
 * result takes the locations of a walker: it subscribes again after moves of about half a kilometre, at most once a minute, and continues
 * where it was. It is no method of the client, because pages that do not use it need not load it.
 */
export function follow(
  client: Pick<EarshotClient, 'trpc' | 'connection'>,
  location: Location,
  { backoff, ...options }: FollowOptions & { backoff?: Partial<Backoff> } = {},
): Neighbourhood {
  const delays = new InterruptibleDelays();
  const closed = new AbortController();
  const onConnection = ({ status }: { status: string }) => {
    if (status === 'open') delays.endAll();
    if (status !== 'closed') return;
    unsubscribe();
    closed.abort(new EarshotClientError('CLIENT_CLOSED'));
  };
  const unsubscribe = client.connection.subscribe(onConnection);
  const retry = { backoff: { ...defaultBackoff, ...backoff }, delays, signal: closed.signal };
  const neighbourhood = new Neighbourhood(location, options, { trpc: client.trpc, retry, onClosed: unsubscribe });
  onConnection(client.connection.get());
  return neighbourhood;
}

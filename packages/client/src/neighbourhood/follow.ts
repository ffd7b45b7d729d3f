import type { Location } from '@earshot/shared';
import type { Backoff } from '../connection/backoff.ts';
import { clientRetry } from '../connection/clientRetry.ts';
import type { EarshotClient } from '../earshotClient.ts';
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
  const { retry, release } = clientRetry(client.connection, backoff);
  return new Neighbourhood(location, options, { trpc: client.trpc, retry, onClosed: release });
}

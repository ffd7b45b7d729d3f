import type { Location, NearbyList, NearbyOrder } from '@earshot/shared';
import { type Collected, collect } from './collect.ts';
import type { Api } from './stockClient.ts';

export interface NearbyWatch extends Collected<NearbyList>, Disposable {
  stop(): void;
}

interface NearbyInput {
  location: Location;
  radius?: number;
  limit?: number;
  order?: NearbyOrder;
}

/** Watches the rooms around a location and records the lists. */
export function watchNearby(api: Api, input: NearbyInput): NearbyWatch {
  const collected = collect<NearbyList>();
  const subscription = api.rooms.watchNearby.subscribe(input, {
    onData: (list) => collected.push(list),
    onError: (error) => collected.fail(error),
    onComplete: () => collected.end(),
  });
  const stop = () => subscription.unsubscribe();
  return Object.assign(collected, { stop, [Symbol.dispose]: stop });
}

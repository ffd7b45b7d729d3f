import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { follow, type Location, type Neighbourhood, type NeighbourhoodState } from '../index.ts';
import { useClient } from './EarshotProvider.ts';

export interface NeighbourhoodOptions {
  /** Metres, at most 50,000. Default: 5,000. */
  radius?: number;
}

export interface NeighbourhoodView extends Omit<NeighbourhoodState, 'status'> {
  /** `idle`: there is no location, or no client yet. */
  readonly status: NeighbourhoodState['status'] | 'idle';
}

const idle: NeighbourhoodView = { rooms: [], messages: [], status: 'idle', error: null };

/**
 * Follows the messages of the public rooms around a location while the component is mounted; null for none. The location may move: see
 * `follow`. Locations are compared by value.
 */
export function useNeighbourhood(location: Location | null, { radius }: NeighbourhoodOptions = {}): NeighbourhoodView {
  const client = useClient();
  const { latitude, longitude } = location ?? {};
  const isIdle = latitude === undefined || longitude === undefined;
  const follower = useMemo(() => new Follower(), []);
  // In this order: a follower begins at the location that was reported last.
  useEffect(() => {
    if (latitude !== undefined && longitude !== undefined) follower.moveTo({ latitude, longitude });
  }, [follower, latitude, longitude]);
  useEffect(() => {
    if (client === null || isIdle) return;
    return follower.start((at) => follow(client, at, radius === undefined ? {} : { radius }));
  }, [client, follower, isIdle, radius]);
  return useSyncExternalStore(follower.subscribe, follower.get, getInitial);
}

const getInitial = () => idle;

/** The neighbourhood of one component. A new one replaces it when the client or the radius changes. */
class Follower {
  readonly #listeners = new Set<() => void>();
  #location: Location | null = null;
  #neighbourhood: Neighbourhood | null = null;

  moveTo(location: Location): void {
    this.#location = location;
    this.#neighbourhood?.moveTo(location);
  }

  start(followFrom: (location: Location) => Neighbourhood): () => void {
    if (this.#location === null) return () => {};
    const neighbourhood = followFrom(this.#location);
    this.#neighbourhood = neighbourhood;
    neighbourhood.state.subscribe(() => this.#notify());
    this.#notify();
    return () => {
      this.#neighbourhood = null;
      neighbourhood.close();
      this.#notify();
    };
  }

  readonly get = (): NeighbourhoodView => this.#neighbourhood?.state.get() ?? idle;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

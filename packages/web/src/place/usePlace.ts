import { useCallback, useEffect } from 'react';
import { type Place, place } from '../lib/session.ts';
import { useStored } from '../lib/stored.ts';
import type { Position } from './position.ts';
import { usePosition } from './usePosition.ts';

export interface KnownPlace {
  place: Place | null;
  /** The device's position. */
  position: Position;
  /** Uses the device's position, and follows it. */
  share: () => void;
  /** Uses a location that the user chose by hand. */
  choose: (location: Place['location']) => void;
}

/** The location of this page: chosen by hand, or the device's. */
export function usePlace(): KnownPlace {
  const known = useStored(place);
  const { position, ask, stop } = usePosition();

  const follows = known?.shared === true;
  useEffect(() => {
    if (follows) ask();
  }, [follows, ask]);

  const found = position.status === 'granted' ? position.location : null;
  useEffect(() => {
    if (found !== null) place.set({ location: found, shared: true });
  }, [found]);

  const choose = useCallback(
    (location: Place['location']) => {
      stop();
      place.set({ location, shared: false });
    },
    [stop],
  );
  return { place: known, position, share: ask, choose };
}

import { distanceMetres } from '@earshot/shared';
import { useCallback, useEffect, useRef, useState } from 'react';
import { afterError, type Fix, type Position, toFix } from './position.ts';

/** Metres by which the position of a resting device varies. A smaller move is ignored. */
const stirring = 15;

/** A phone indoors needs time for a fix; a cached fix of up to half a minute is recent enough to start with. */
const options: PositionOptions = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 };

export interface SharedPosition {
  position: Position;
  /** Asks the browser, which may ask the user, so call it only on their request. The position is followed from then on. */
  ask: () => void;
  /** Stops following the position. */
  stop: () => void;
}

/** The device's position, from `ask` until `stop` or until the component unmounts. */
export function usePosition(): SharedPosition {
  const [position, setPosition] = useState<Position>({ status: 'unasked' });
  const watch = useRef<number | null>(null);

  const release = useCallback(() => {
    if (watch.current !== null) navigator.geolocation.clearWatch(watch.current);
    watch.current = null;
  }, []);

  const ask = useCallback(() => {
    release();
    if (!isSecureContext) return setPosition({ status: 'insecure' });
    if (!('geolocation' in navigator)) return setPosition({ status: 'unsupported' });
    setPosition((now) => (now.status === 'granted' ? now : { status: 'asking' }));
    watch.current = navigator.geolocation.watchPosition(
      (found) => setPosition((now) => settled(now, toFix(found))),
      (error) => setPosition((now) => afterError(now, error)),
      options,
    );
  }, [release]);

  const stop = useCallback(() => {
    release();
    setPosition({ status: 'unasked' });
  }, [release]);

  useEffect(() => release, [release]);
  return { position, ask, stop };
}

/** Returns the same object while the device does not move, so that components that depend on it don't render again. */
function settled(now: Position, fix: Fix): Position {
  const rests =
    now.status === 'granted' &&
    distanceMetres(now.location, fix.location) < stirring &&
    fix.accuracy >= now.accuracy * 0.8;
  return rests ? now : { status: 'granted', ...fix };
}

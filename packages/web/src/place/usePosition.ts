import { useCallback, useEffect, useRef, useState } from 'react';
import { afterError, type Fix, type Position, toFix } from './position.ts';
import { metresBetween } from './sphere.ts';

/** Metres: what a device at rest wanders by. Less is no move. */
const stirring = 15;

/** A phone indoors takes its time; half a minute old is new enough to start with. */
const options: PositionOptions = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 };

export interface SharedPosition {
  position: Position;
  /** Asks the browser, which asks the person; call it only when they want that. From then on the position is followed. */
  ask: () => void;
  /** No longer follows. */
  stop: () => void;
}

/** Where the device is: from `ask` on, until `stop` or until the component is gone. */
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

/** The same object as before when the device did not move: whoever depends on it is left in peace. */
function settled(now: Position, fix: Fix): Position {
  const rests =
    now.status === 'granted' &&
    metresBetween(now.location, fix.location) < stirring &&
    fix.accuracy >= now.accuracy * 0.8;
  return rests ? now : { status: 'granted', ...fix };
}

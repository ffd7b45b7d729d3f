import { distanceMetres } from '@earshot/shared';
import { useCallback, useEffect, useRef, useState } from 'react';
import { afterError, type DeviceLocation, type Fix, toFix } from './deviceLocation.ts';

/** Metres by which the reported location of a resting device varies. A smaller move is ignored. */
const jitterMetres = 15;

/** A phone indoors needs time for a fix; a cached fix of up to half a minute is recent enough to start with. */
const options: PositionOptions = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 };

export interface WatchedLocation {
  deviceLocation: DeviceLocation;
  /** Asks the browser, which may ask the user, so call it only on their request. The location is followed from then on. */
  request: () => void;
  /** Stops following the location. */
  stop: () => void;
}

/** The device's location, from `request` until `stop` or until the component unmounts. */
export function useDeviceLocation(): WatchedLocation {
  const [deviceLocation, setDeviceLocation] = useState<DeviceLocation>({ status: 'idle' });
  const watchId = useRef<number | null>(null);

  const clearWatch = useCallback(() => {
    if (watchId.current !== null) navigator.geolocation.clearWatch(watchId.current);
    watchId.current = null;
  }, []);

  const request = useCallback(() => {
    clearWatch();
    if (!isSecureContext) return setDeviceLocation({ status: 'insecure' });
    if (!('geolocation' in navigator)) return setDeviceLocation({ status: 'unsupported' });
    setDeviceLocation((previous) => (previous.status === 'granted' ? previous : { status: 'locating' }));
    watchId.current = navigator.geolocation.watchPosition(
      (found) => setDeviceLocation((previous) => ignoreJitter(previous, toFix(found))),
      (error) => setDeviceLocation((previous) => afterError(previous, error)),
      options,
    );
  }, [clearWatch]);

  const stop = useCallback(() => {
    clearWatch();
    setDeviceLocation({ status: 'idle' });
  }, [clearWatch]);

  useEffect(() => clearWatch, [clearWatch]);
  return { deviceLocation, request, stop };
}

/** Returns the same object while the device does not move, so that components that depend on it don't render again. */
function ignoreJitter(previous: DeviceLocation, fix: Fix): DeviceLocation {
  const isUnmoved =
    previous.status === 'granted' &&
    distanceMetres(previous.location, fix.location) < jitterMetres &&
    fix.accuracy >= previous.accuracy * 0.8;
  return isUnmoved ? previous : { status: 'granted', ...fix };
}

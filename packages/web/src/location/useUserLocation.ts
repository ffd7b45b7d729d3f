import { useCallback, useEffect } from 'react';
import { type SavedLocation, storedLocation } from '../lib/session.ts';
import { useStored } from '../lib/stored.ts';
import type { DeviceLocation } from './deviceLocation.ts';
import { useDeviceLocation } from './useDeviceLocation.ts';

export interface UserLocation {
  /** Null until one is chosen. */
  saved: SavedLocation | null;
  /** The location that the device reports. */
  device: DeviceLocation;
  /** Uses the device's location, and follows it. */
  share: () => void;
  /** Uses a location that the user chose by hand. */
  choose: (location: SavedLocation['location']) => void;
}

/** The location of this page: chosen by hand, or the device's. */
export function useUserLocation(): UserLocation {
  const saved = useStored(storedLocation);
  const { deviceLocation, request, stop } = useDeviceLocation();

  const follows = saved?.shared === true;
  useEffect(() => {
    if (follows) request();
  }, [follows, request]);

  const found = deviceLocation.status === 'granted' ? deviceLocation.location : null;
  useEffect(() => {
    if (found !== null) storedLocation.set({ location: found, shared: true });
  }, [found]);

  const choose = useCallback(
    (location: SavedLocation['location']) => {
      stop();
      storedLocation.set({ location, shared: false });
    },
    [stop],
  );
  return { saved, device: deviceLocation, share: request, choose };
}

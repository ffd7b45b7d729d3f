import { useContext, useMemo } from 'react';
import { SettingsContext } from '../lib/settings.ts';

/** A street map: the URL template of its tiles, with {z}, {x} and {y}, and its attribution. */
export interface Tiles {
  url: string;
  attribution: string | null;
}

/** The street map that the operator configured. If it is null, there is none and no request is made. */
export function useTiles(): Tiles | null {
  const settings = useContext(SettingsContext);
  const url = settings?.tileUrl ?? null;
  const attribution = settings?.tileAttribution ?? null;
  return useMemo(() => (url === null ? null : { url, attribution }), [url, attribution]);
}

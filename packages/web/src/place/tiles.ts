import { useContext, useMemo } from 'react';
import { SettingsContext } from '../app/settings.ts';

/** A street map: where its tiles come from, with {z}, {x} and {y} in it, and whom to thank. */
export interface Tiles {
  url: string;
  attribution: string | null;
}

/** The street map that the operator has set; null: there is none, and nothing is asked of anybody. */
export function useTiles(): Tiles | null {
  const settings = useContext(SettingsContext);
  const url = settings?.tileUrl ?? null;
  const attribution = settings?.tileAttribution ?? null;
  return useMemo(() => (url === null ? null : { url, attribution }), [url, attribution]);
}

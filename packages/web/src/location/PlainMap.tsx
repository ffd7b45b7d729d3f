import { MapPad } from './MapPad.tsx';
import type { StreetMapProps } from './streetMapProps.ts';

/** Replaces the street map when it can't be loaded: the plain map for choosing a location, nothing as a backdrop. */
export default function PlainMap({ tiles: _, onChange, ...map }: StreetMapProps) {
  return onChange === undefined ? null : <MapPad onChange={onChange} {...map} />;
}

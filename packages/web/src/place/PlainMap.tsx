import { MapPad } from './MapPad.tsx';
import type { StreetMapProps } from './StreetMap.tsx';

/** What stands where a street map should: the plain pad to choose a place on, nothing as a backdrop. */
export default function PlainMap({ tiles: _, onChange, ...map }: StreetMapProps) {
  return onChange === undefined ? null : <MapPad onChange={onChange} {...map} />;
}

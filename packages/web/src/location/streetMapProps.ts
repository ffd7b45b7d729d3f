import type { MapProps } from './MapPad.tsx';
import type { MapView } from './mercator.ts';
import type { Tiles } from './tiles.ts';

/** The props of the street map, and of its replacement. */
export interface StreetMapProps extends Partial<Pick<MapProps, 'onChange' | 'describedBy'>> {
  tiles: Tiles;
  view: MapView;
}

import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import landUrl from 'world-atlas/land-110m.json?url';
import { ringPath } from './landPath.ts';

/** Units of the drawing around the world: a hundredth of a pixel at zoom 0, so that integers are precise enough. */
export const landUnits = 25_600;

let loading: Promise<string> | undefined;

/**
 * The coarse outline of the land (1:110 million, Natural Earth, public domain), as the `d` of an SVG path in a square
 * of `landUnits`. It is fetched from this server, once, and only where a map is shown.
 */
export function loadLand(): Promise<string> {
  loading ??= fetchLand().catch((error: unknown) => {
    loading = undefined; // the next map tries again
    throw error;
  });
  return loading;
}

async function fetchLand(): Promise<string> {
  const response = await fetch(landUrl);
  if (!response.ok) throw new Error(`The outline of the land answered ${response.status}`);
  const topology: Topology<{ land: GeometryCollection }> = await response.json();
  return feature(topology, topology.objects.land)
    .features.flatMap(({ geometry }) => (geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : []))
    .map((ring) => ringPath(ring, landUnits))
    .join('');
}

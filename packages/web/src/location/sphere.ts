import type { Location } from '@earshot/client';

/** Direction and distance of another location. */
export interface Heading {
  /** Degrees clockwise from true north, 0 up to 360, along the great circle. 0 for the same location. */
  bearing: number;
  metres: number;
}

/** Mean radius of the earth in metres (IUGG R1). */
const earthRadius = 6_371_008.8;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/**
 * Azimuth and distance on a sphere (J. P. Snyder, "Map Projections: A Working Manual", 1987, equations 5-4b and 5-3a in
 * the form that is also exact for near points). At a pole the longitude of `from` defines "north" or "south".
 */
export function headingTo(from: Location, to: Location): Heading {
  const [lat1, lat2] = [radians(from.latitude), radians(to.latitude)];
  const dLon = radians(to.longitude - from.longitude);
  const east = Math.cos(lat2) * Math.sin(dLon);
  const north = Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(dLon);
  const up = Math.sin(lat1) * Math.sin(lat2) + Math.cos(lat1) * Math.cos(lat2) * Math.cos(dLon);
  const across = Math.hypot(east, north);
  const metres = earthRadius * Math.atan2(across, up);
  if (metres < 0.01) return { bearing: 0, metres: 0 };
  const bearing = (Math.atan2(east, north) * 180) / Math.PI;
  return { bearing: (bearing + 360) % 360, metres };
}

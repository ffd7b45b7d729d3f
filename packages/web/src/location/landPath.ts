import { project } from './mercator.ts';

/**
 * Turns a ring of [longitude, latitude] into a subpath, in a world `units` wide. A ring across the antimeridian
 * continues beyond the edge instead of jumping back across the whole map; a ring around a pole is closed along the edge
 * of the map.
 */
export function ringPath(ring: readonly number[][], units: number): string {
  const points: { x: number; y: number }[] = [];
  let turns = 0;
  let last: number | undefined;
  for (const [longitude = 0, latitude = 0] of ring) {
    if (last !== undefined && Math.abs(longitude - last) > 180) turns += longitude > last ? -1 : 1;
    last = longitude;
    const { x, y } = project({ latitude, longitude });
    points.push({ x: Math.round((x + turns) * units), y: Math.round(y * units) });
  }
  const [first, end] = [points[0], points.at(-1)];
  if (turns !== 0 && first && end) {
    const edge = first.y > units / 2 ? units : 0;
    points.push({ x: end.x, y: edge }, { x: first.x, y: edge });
  }
  return `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}Z`;
}

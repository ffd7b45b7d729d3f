export interface Point {
  x: number;
  y: number;
}

/** Something round on the radar; x and y are where it belongs. */
export interface Disc extends Point {
  radius: number;
}

interface Space {
  /** Everything stays within this distance of the middle. */
  within: number;
  /** And, where there is room, out of this distance. */
  clear: number;
  /** Pixels between two discs. */
  gap: number;
}

/** An angle that never comes round to itself: discs at one spot go apart in all directions. */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
/** Radians by which a push misses the straight line: discs in one row would only push each other to and fro. */
const deflection = 0.2;
const rounds = 120;

/**
 * Moves overlapping discs apart, so that each can be seen and hit, and no farther. The same discs in the same order
 * give the same places; where there is no room for all, they overlap as little as can be.
 */
export function spread(discs: readonly Disc[], space: Space): Point[] {
  const placed = discs.map(({ x, y, radius }) => ({ x, y, radius }));
  for (let round = 0; round < rounds; round++) {
    const moved = pushApart(placed, space.gap);
    const fenced = placed.map((disc, i) => fence(disc, i, space)).some(Boolean);
    if (!moved && !fenced) break;
  }
  return placed.map(({ x, y }) => ({ x, y }));
}

function pushApart(discs: Disc[], gap: number): boolean {
  let moved = false;
  for (const [i, a] of discs.entries()) {
    for (const [j, b] of discs.slice(i + 1).entries()) {
      const apart = a.radius + b.radius + gap;
      const distance = Math.hypot(b.x - a.x, b.y - a.y);
      if (distance >= apart - 0.01) continue;
      const angle = distance > 0.01 ? Math.atan2(b.y - a.y, b.x - a.x) + deflection : (i + j + 1) * goldenAngle;
      const step = (apart - distance) / 2;
      a.x -= step * Math.cos(angle);
      a.y -= step * Math.sin(angle);
      b.x += step * Math.cos(angle);
      b.y += step * Math.sin(angle);
      moved = true;
    }
  }
  return moved;
}

function fence(disc: Disc, index: number, { within, clear }: Space): boolean {
  const distance = Math.hypot(disc.x, disc.y);
  const farthest = Math.max(0, within - disc.radius);
  const nearest = Math.min(farthest, clear + disc.radius);
  const target = Math.min(farthest, Math.max(nearest, distance));
  if (Math.abs(target - distance) < 0.01) return false;
  const angle = distance > 0.01 ? Math.atan2(disc.y, disc.x) : index * goldenAngle;
  disc.x = target * Math.cos(angle);
  disc.y = target * Math.sin(angle);
  return true;
}

export interface Point {
  x: number;
  y: number;
}

/** A disc on the radar; x and y are its true position. */
export interface Disc extends Point {
  radius: number;
}

interface Space {
  /** Maximum distance of a disc from the centre. */
  within: number;
  /** Minimum distance from the centre, where there is room. */
  clear: number;
  /** Pixels between two discs. */
  gap: number;
}

/** An angle whose multiples never repeat, so that discs at one spot move apart in all directions. */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
/** Radians by which a push deviates from the straight line. Without it, discs in a row only push each other to and fro. */
const deflection = 0.2;
const rounds = 120;

/**
 * Moves overlapping discs apart, just far enough that each can be seen and hit. The result depends only on the discs
 * and their order. If there is no room for all, they overlap as little as possible.
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

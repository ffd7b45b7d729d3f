import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelBox, layOutLabels } from './labels.ts';
import { type Disc, spread } from './spread.ts';

const space = { within: 180, clear: 10, gap: 2 };
const disc = fc.record({
  x: fc.double({ min: -170, max: 170, noNaN: true }),
  y: fc.double({ min: -170, max: 170, noNaN: true }),
  radius: fc.integer({ min: 12, max: 22 }),
});

function worstOverlap(discs: readonly Disc[]): number {
  const overlaps = discs.flatMap((a, i) =>
    discs.slice(i + 1).map((b) => a.radius + b.radius - Math.hypot(a.x - b.x, a.y - b.y)),
  );
  return Math.max(0, ...overlaps);
}

const settle = (discs: readonly Disc[]) =>
  spread(discs, space).map((point, i) => ({ ...point, radius: discs[i]?.radius ?? 0 }));

describe('spread', () => {
  test('does not move discs that don’t overlap', () => {
    const discs = [
      { x: 50, y: 0, radius: 15 },
      { x: -50, y: 20, radius: 15 },
    ];
    expect(spread(discs, space)).toEqual([
      { x: 50, y: 0 },
      { x: -50, y: 20 },
    ]);
  });

  test('twenty rooms in one cell are drawn apart', () => {
    const settled = settle(Array.from({ length: 20 }, () => ({ x: 60, y: -40, radius: 14 })));
    expect(worstOverlap(settled)).toBeLessThan(0.5);
  });

  test('a row of discs spreads out instead of pushing to and fro', () => {
    const radii = [14, 12, 16, 19, 13, 20, 13, 19];
    const settled = settle(radii.map((radius, i) => ({ x: i === 0 ? 0.010000000000000002 : 0, y: 0, radius })));
    expect(worstOverlap(settled)).toBeLessThan(0.5);
  });

  test('for any input: inside the rim, apart, off the centre, and deterministic', () => {
    fc.assert(
      fc.property(fc.array(disc, { maxLength: 16 }), (discs) => {
        const settled = settle(discs);
        for (const { x, y, radius } of settled) {
          expect(Math.hypot(x, y) + radius).toBeLessThanOrEqual(space.within + 0.1);
          expect(Math.hypot(x, y) - radius).toBeGreaterThanOrEqual(space.clear - 0.1);
        }
        expect(worstOverlap(settled)).toBeLessThan(2);
        expect(settle(discs)).toEqual(settled);
      }),
    );
  });

  test('a disc at the centre is moved away from the user’s mark', () => {
    const [only] = spread([{ x: 0, y: 0, radius: 15 }], space);
    expect(Math.hypot(only?.x ?? 0, only?.y ?? 0)).toBeCloseTo(25);
  });
});

describe('layOutLabels', () => {
  const item = (x: number, y: number) => ({ x, y, radius: 14, width: 80, height: 16 });

  test('below, where there is room', () => expect(layOutLabels([item(0, 0)], 180)).toEqual(['below']));

  test('not over the edge', () =>
    expect(layOutLabels([item(0, 160), item(-170, 100)], 180)).toEqual(['right', 'right']));

  test('nowhere rather than over another label', () => {
    const crowd = Array.from({ length: 9 }, (_, i) => item((i % 3) * 30, Math.floor(i / 3) * 30));
    const placed = layOutLabels(crowd, 180);
    expect(placed.filter((side) => side === null).length).toBeGreaterThan(0);
    expect(placed.filter((side) => side !== null).length).toBeGreaterThan(2);
  });

  test('for any input, no label overlaps anything', () => {
    const items = fc.array(
      fc.record({
        x: fc.integer({ min: -160, max: 160 }),
        y: fc.integer({ min: -160, max: 160 }),
        radius: fc.constant(14),
        width: fc.integer({ min: 20, max: 120 }),
        height: fc.constant(16),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(items, (all) => {
        const boxes = layOutLabels(all, 180).flatMap((side, i) => {
          const one = all[i];
          return side === null || one === undefined ? [] : [labelBox(one, side)];
        });
        for (const [i, a] of boxes.entries()) {
          for (const { x, y, radius } of all) {
            const apart =
              a.right <= x - radius || a.left >= x + radius || a.bottom <= y - radius || a.top >= y + radius;
            expect(apart).toBe(true);
          }
          for (const b of boxes.slice(i + 1)) {
            expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
          }
        }
      }),
    );
  });
});

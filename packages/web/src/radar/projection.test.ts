import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directionOf, plot, ranges, reach, rings } from './projection.ts';

const scales = ['near', 'even'] as const;

describe('the drawing', () => {
  const heading = fc.record({
    bearing: fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true }),
    metres: fc.double({ min: 0, max: 60_000, noNaN: true }),
  });
  const range = fc.constantFrom(...ranges);
  const anyScale = fc.constantFrom(...scales);

  test('keeps the direction, stays inside, and keeps the order of distances', () => {
    fc.assert(
      fc.property(heading, range, anyScale, (to, rim, scale) => {
        const { x, y } = plot(to, 100, rim, scale);
        expect(Math.hypot(x, y)).toBeLessThanOrEqual(100 + 1e-9);
        if (Math.hypot(x, y) > 1e-6) {
          const drawn = ((Math.atan2(x, -y) * 180) / Math.PI + 360) % 360;
          expect(Math.abs(Math.cos(((drawn - to.bearing) * Math.PI) / 180))).toBeCloseTo(1, 6);
        }
        expect(reach(to.metres + 10, rim, scale)).toBeGreaterThanOrEqual(reach(to.metres, rim, scale));
      }),
    );
  });

  test('north is up and east is right', () => {
    expect(plot({ bearing: 0, metres: 5_000 }, 100, 5_000, 'near')).toEqual({ x: 0, y: -100 });
    const east = plot({ bearing: 90, metres: 1_250 }, 100, 5_000, 'near');
    expect(east.x).toBeCloseTo(50);
    expect(east.y).toBeCloseTo(0);
    expect(plot({ bearing: 90, metres: 1_250 }, 100, 5_000, 'even').x).toBeCloseTo(25);
  });

  test.each([
    [1_000, 'near', [250, 500, 1_000]],
    [5_000, 'near', [250, 500, 1_000, 2_000, 5_000]],
    [10_000, 'near', [500, 1_000, 2_000, 5_000, 10_000]],
    [50_000, 'near', [2_000, 5_000, 10_000, 25_000, 50_000]],
    [5_000, 'even', [1_000, 2_000, 5_000]],
    [50_000, 'even', [10_000, 25_000, 50_000]],
  ] as const)('the rings of %d m, %s', (rim, scale, expected) => {
    const drawn = rings(rim, scale);
    expect(drawn.at(-1)).toBe(rim);
    expect(drawn).toEqual(expected.filter((ring) => drawn.includes(ring)));
    const gaps = drawn.map((ring, i) => reach(ring, rim, scale) - (i > 0 ? reach(drawn[i - 1] ?? 0, rim, scale) : 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(0.09);
  });
});

describe('directionOf', () => {
  test.each([
    [0, 'n'],
    [22, 'n'],
    [23, 'ne'],
    [90, 'e'],
    [135, 'se'],
    [180, 's'],
    [225, 'sw'],
    [270, 'w'],
    [315, 'nw'],
    [338, 'n'],
    [359.9, 'n'],
  ] as const)('%d degrees', (bearing, point) => expect(directionOf({ bearing, metres: 2_000 })).toBe(point));

  test('is null for a room that is nearer than its location is accurate', () =>
    expect(directionOf({ bearing: 90, metres: 480 })).toBeNull());
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graticule } from './graticule.ts';
import {
  type MapView,
  maxLatitude,
  metresPerPixel,
  panned,
  project,
  scaleBar,
  unproject,
  worldSize,
  wrapLongitude,
  zoomed,
  zoomFor,
} from './mercator.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });
const anyLocation = fc.record({
  latitude: fc.double({ min: -85, max: 85, noNaN: true }),
  longitude: fc.double({ min: -179.99, max: 179.99, noNaN: true }),
});
const zoom = fc.double({ min: 0, max: 18, noNaN: true });

function expectNear(view: MapView, other: MapView) {
  expect(view.center.latitude).toBeCloseTo(other.center.latitude, 6);
  expect(Math.abs(wrapLongitude(view.center.longitude - other.center.longitude))).toBeLessThan(1e-6);
}

describe('project', () => {
  test.each([
    [at(0, 0), 0.5, 0.5],
    [at(0, -180), 0, 0.5],
    [at(0, 180), 1, 0.5],
    [at(maxLatitude, 0), 0.5, 0],
    [at(-maxLatitude, 0), 0.5, 1],
    [at(90, 0), 0.5, 0],
    [at(-90, 0), 0.5, 1],
    // Tile 10/550/335 contains Berlin. Its corner follows from the formula of the OpenStreetMap wiki, "Slippy map tilenames".
    [at(52.696361, 13.359375), 550 / 1024, 335 / 1024],
  ])('%j', (location, x, y) => {
    expect(project(location).x).toBeCloseTo(x, 6);
    expect(project(location).y).toBeCloseTo(y, 6);
  });

  test('and back', () => {
    fc.assert(
      fc.property(anyLocation, (location) =>
        expectNear({ center: unproject(project(location)), zoom: 0 }, { center: location, zoom: 0 }),
      ),
    );
  });
});

test.each([
  [0, 0],
  [180, 180],
  [-180, -180],
  [181, -179],
  [-181, 179],
  [540, -180],
  [-725, -5],
])('the longitude %d is %d', (longitude, expected) => expect(wrapLongitude(longitude)).toBe(expected));

describe('panned', () => {
  test('drags the map: a point on the left moves to the centre', () => {
    expect(panned({ center: at(0, 0), zoom: 0 }, { dx: 64, dy: 0 }).center.longitude).toBeCloseTo(-90);
  });

  test('continues across the antimeridian', () => {
    expect(panned({ center: at(0, 170), zoom: 0 }, { dx: -64, dy: 0 }).center.longitude).toBeCloseTo(-100);
  });

  test('stops at the edge in the north', () => {
    expect(panned({ center: at(80, 0), zoom: 0 }, { dx: 0, dy: 9_999 }).center.latitude).toBeCloseTo(maxLatitude);
  });
});

describe('zoomed', () => {
  test('keeps the point under the finger, there and back', () => {
    const inner = fc.integer({ min: -100, max: 100 });
    fc.assert(
      fc.property(
        fc.record({
          latitude: fc.double({ min: -60, max: 60, noNaN: true }),
          longitude: fc.double({ min: -170, max: 170, noNaN: true }),
        }),
        fc.double({ min: 3, max: 17, noNaN: true }),
        inner,
        inner,
        (center, z, dx, dy) => {
          const view = { center, zoom: z };
          const closer = zoomed(view, 1, { dx, dy });
          const under = (v: MapView) => ({ center: panned(v, { dx: -dx, dy: -dy }).center, zoom: 0 });
          expectNear(under(closer), under(view));
          expectNear(zoomed(closer, -1, { dx, dy }), view);
        },
      ),
    );
  });

  test('stays in the range of zooms', () => {
    expect(zoomed({ center: at(0, 0), zoom: 17.5 }, 3).zoom).toBe(18);
    expect(zoomed({ center: at(0, 0), zoom: 0.5 }, -3).zoom).toBe(0);
  });
});

test('zoomFor is the inverse of metresPerPixel', () => {
  expect(metresPerPixel({ center: at(0, 0), zoom: 0 })).toBeCloseTo(156_543.03, 1);
  fc.assert(
    fc.property(anyLocation, zoom, (center, z) => {
      expect(zoomFor(metresPerPixel({ center, zoom: z }), center)).toBeCloseTo(z, 9);
    }),
  );
});

describe('scaleBar', () => {
  test.each([
    [1, 100, 100],
    [1, 199, 100],
    [1, 200, 200],
    [10, 120, 1_000],
    [0.6, 100, 50],
    [156_543, 100, 10_000_000],
  ])('%d m a pixel, %d pixels', (metresAPixel, pixels, metres) => {
    expect(scaleBar(metresAPixel, pixels)).toEqual({ metres, pixels: metres / metresAPixel });
  });
});

describe('graticule', () => {
  const size = { width: 400, height: 300 };

  test('the equator and the prime meridian cross in the middle', () => {
    const { meridians, parallels, decimals } = graticule({ center: at(0, 0), zoom: 5 }, size);
    expect(meridians).toContainEqual({ index: 0, degrees: 0, at: 200 });
    expect(parallels).toContainEqual({ index: 0, degrees: 0, at: 150 });
    expect(decimals).toBe(0);
  });

  test('labels lines beyond the antimeridian within -180..180', () => {
    const { meridians } = graticule({ center: at(0, 180), zoom: 5 }, size);
    expect(meridians.map(({ degrees }) => degrees)).toEqual([175, -180, -175]);
  });

  test('lies within the map, evenly, at any zoom', () => {
    fc.assert(
      fc.property(anyLocation, zoom, (center, z) => {
        const { meridians, parallels } = graticule({ center, zoom: z }, size);
        for (const { at: x } of meridians) expect(x >= -1e-6 && x <= size.width + 1e-6).toBe(true);
        for (const { at: y } of parallels) expect(y >= -1e-6 && y <= size.height + 1e-6).toBe(true);
        expect(meridians.length).toBeLessThanOrEqual(size.width / (worldSize(0) / 4) + 1);
      }),
    );
  });

  test('gives neighbouring lines different labels', () => {
    const { meridians, decimals } = graticule({ center: at(52.52, 13.405), zoom: 15 }, size);
    const labels = meridians.map(({ degrees }) => degrees.toFixed(decimals));
    expect(labels.length).toBeGreaterThan(1);
    expect(new Set(labels).size).toBe(labels.length);
  });
});

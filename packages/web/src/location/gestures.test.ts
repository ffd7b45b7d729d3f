import { expect, test } from 'vitest';
import { pinched } from './gestures.ts';
import { type MapView, panned, wrapLongitude } from './mercator.ts';

const view: MapView = { center: { latitude: 40, longitude: -20 }, zoom: 8 };
/** The location this many pixels from the centre. */
const under = (map: MapView, dx: number, dy: number) => panned(map, { dx: -dx, dy: -dy }).center;

function expectSame(a: MapView['center'], b: MapView['center']) {
  expect(a.latitude).toBeCloseTo(b.latitude, 9);
  expect(wrapLongitude(a.longitude - b.longitude)).toBeCloseTo(0, 9);
}

test('fingers that move apart keep the points under them', () => {
  const next = pinched(view, { dx: 50, dy: 0 }, { dx: 150, dy: 0 }, { dx: -50, dy: 0 });
  expect(next.zoom).toBeCloseTo(9);
  expectSame(under(next, 150, 0), under(view, 50, 0));
  expectSame(under(next, -50, 0), under(view, -50, 0));
});

test('a finger that circles the other does not zoom', () => {
  const next = pinched(view, { dx: 80, dy: 0 }, { dx: 0, dy: 80 }, { dx: 0, dy: 0 });
  expect(next.zoom).toBeCloseTo(8);
});

test('fingers at one point do nothing', () =>
  expect(pinched(view, { dx: 3, dy: 3 }, { dx: 3, dy: 3 }, { dx: 3, dy: 3 })).toBe(view));

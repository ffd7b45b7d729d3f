import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatLocation, parseLocation } from './parseLocation.ts';

const german = { north: 'N', east: 'O', south: 'S', west: 'W' };

describe('reads', () => {
  test.each([
    ['52.52, 13.405', 52.52, 13.405],
    ['52.52,13.405', 52.52, 13.405],
    ['  52.52   13.405 ', 52.52, 13.405],
    ['52.52; 13.405', 52.52, 13.405],
    ['52 13', 52, 13],
    ['52, 13', 52, 13],
    ['-33.8688, +151.2093', -33.8688, 151.2093],
    ['52,52 13,405', 52.52, 13.405],
    ['52,52; 13,405', 52.52, 13.405],
    ['52,52, 13,405', 52.52, 13.405],
    ['-33,87 151,2', -33.87, 151.2],
    ['-0, -0', 0, 0],
    ['90, -180', 90, -180],
    ['52.52N 13.405E', 52.52, 13.405],
    ['52.52° N, 13.405° E', 52.52, 13.405],
    ['N52.52 E13.405', 52.52, 13.405],
    ['n 52.52, w 13.405', 52.52, -13.405],
    ['13.405 E, 52.52 N', 52.52, 13.405],
    ['33.87S 151.2E', -33.87, 151.2],
    ['52°30\'36"N 13°24\'18"E', 52.51, 13.405],
    ['52° 30′ 36″ N, 13° 24′ 18″ E', 52.51, 13.405],
    ['52°30\'36"N13°24\'18"E', 52.51, 13.405],
    ["52°30.6'N 13°24.3'E", 52.51, 13.405],
    ["-52°30', 13°30'", -52.5, 13.5],
    ['geo:52.52,13.405', 52.52, 13.405],
    ['geo:52.52,13.405;u=35', 52.52, 13.405],
    ['geo:52.52,13.405,34.5?z=12', 52.52, 13.405],
    ['geo:0,0?q=52.52,13.405(Here)', 52.52, 13.405],
    ['GEO:0,0', 0, 0],
    ['https://www.openstreetmap.org/#map=15/52.52/13.405', 52.52, 13.405],
    ['https://www.openstreetmap.org/?mlat=52.52&mlon=13.405#map=5/1/2', 52.52, 13.405],
    ['https://www.google.com/maps/@52.52,13.405,15z', 52.52, 13.405],
    ['https://www.google.com/maps/place/X/@1,2,17z/data=!3m1!4b1!4m5!3m4!1s0x0!8m2!3d52.52!4d13.405', 52.52, 13.405],
    ['https://www.google.com/maps/place/52.52,13.405', 52.52, 13.405],
    ['https://maps.google.com/?q=52.52,13.405', 52.52, 13.405],
    ['https://maps.google.com/?q=52.52%2C13.405', 52.52, 13.405],
    ['https://www.google.com/maps/search/?api=1&query=52.52%2C+13.405', 52.52, 13.405],
    ['https://maps.apple.com/?ll=52.52,-13.405&z=12', 52.52, -13.405],
    ['https://maps.apple.com/place?coordinate=52.52,13.405&name=x', 52.52, 13.405],
    ['https://www.bing.com/maps?cp=52.52~13.405&lvl=11', 52.52, 13.405],
  ])('%s', (text, latitude, longitude) => {
    const parsed = parseLocation(text);
    expect(parsed).toMatchObject({ ok: true });
    if (!parsed.ok) return;
    expect(parsed.location.latitude).toBeCloseTo(latitude, 9);
    expect(parsed.location.longitude).toBeCloseTo(longitude, 9);
    expect(Object.is(parsed.location.latitude, -0)).toBe(false);
  });

  test('O means east only in languages that use it', () => {
    const east = { ok: true, location: { latitude: 52.5, longitude: 13.4 } };
    expect(parseLocation('52,5° N 13,4° O', german)).toEqual(east);
    expect(parseLocation('52.5 N 13.4 E', german)).toEqual(east);
    expect(parseLocation('52.5 N 13.4 O')).toEqual({ ok: false, problem: 'unreadable' });
  });

  test('everything that formatLocation writes', () => {
    const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
    fc.assert(
      fc.property(degrees(90), degrees(180), (latitude, longitude) => {
        const parsed = parseLocation(formatLocation({ latitude, longitude }));
        expect(parsed.ok && Math.abs(parsed.location.latitude - latitude) <= 5.1e-6).toBe(true);
        expect(parsed.ok && Math.abs(parsed.location.longitude - longitude) <= 5.1e-6).toBe(true);
      }),
    );
  });
});

describe('describes the error in', () => {
  test.each([
    ['Berlin', 'unreadable'],
    ['Hauptstr. 52, 13405 Berlin', 'unreadable'],
    ['1 2 3', 'unreadable'],
    ['52.52 N 13.405 N', 'unreadable'],
    ['N 52.52 N, 13.4', 'unreadable'],
    ['-52.52 S, 13.4', 'unreadable'],
    ["52°61'N 13°E", 'unreadable'],
    ['1234, 5', 'unreadable'],
    ['https://example.org/', 'unreadable'],
    ['https://www.google.com/maps/place/Berlin', 'unreadable'],
    ['geo:somewhere', 'unreadable'],
    ['52.52', 'half'],
    ['52.52,', 'half'],
    ['52,52', 'half'],
    ['52,52;', 'half'],
    ['52.52 N', 'half'],
    ['https://maps.app.goo.gl/abcDEF', 'shortLink'],
    ['https://osm.org/go/0MZx--', 'shortLink'],
    ['91, 0', 'latitudeRange'],
    ['151.2, -33.8', 'latitudeRange'],
    ['52, 181', 'longitudeRange'],
    ['geo:95,10', 'latitudeRange'],
  ] as const)('%s', (text, problem) => expect(parseLocation(text)).toEqual({ ok: false, problem }));

  test('arbitrary text never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => typeof parseLocation(text).ok === 'boolean'));
  });
});

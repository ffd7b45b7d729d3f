import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { cellOf } from '../cells.ts';
import type { PlaceIndex } from './findArea.ts';
import { loadPlaces } from './loadPlaces.ts';
import { otherNames } from './otherNames.ts';
import { Places } from './places.ts';

const fail = (error: unknown) => {
  throw error;
};
const at = (latitude: number, longitude: number) => cellOf({ latitude, longitude });
const places = new Places(fail);

beforeAll(() => loadPlaces());

describe('areaOf', () => {
  test.each([
    ['a part of a city', at(52.52, 13.405), { name: 'Mitte, Berlin', country: 'DE' }],
    ['a part near another city', at(52.42, 13.16), { name: 'Wannsee, Berlin', country: 'DE' }],
    ['a town', at(52.142, 12.595), { name: 'Bad Belzig', country: 'DE' }],
    ['beside a town', at(52.16, 12.65), { name: 'Bad Belzig', country: 'DE', direction: 'ne' }],
    ['a town beside a city in another state', at(40.744, -74.03), { name: 'Hoboken', country: 'US' }],
    ['a city without known parts', at(48.886, 2.343), { name: 'Paris', country: 'FR', direction: 'n' }],
    ['the ocean', at(10, -30), null],
    ['the pole', at(90, 0), null],
  ])('names %s', async (_case, cell, area) => {
    expect(await places.areaOf(cell)).toEqual(area);
  });

  test('answers for any cell, and the same each time', async () => {
    const point = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(point, async (location) => {
        const cell = cellOf(location);
        expect(await new Places(fail).areaOf(cell)).toEqual(await places.areaOf(cell));
      }),
    );
  });
});

test('areasOf answers in the order of the cells; null for none', async () => {
  const [mitte, belzig] = [at(52.52, 13.405), at(52.142, 12.595)];
  const areas = await places.areasOf([belzig, null, mitte, at(10, -30), belzig]);
  expect(areas.map((area) => area?.name)).toEqual(['Bad Belzig', undefined, 'Mitte, Berlin', undefined, 'Bad Belzig']);
});

test('an area is looked up once', async () => {
  const load = vi.fn(loadPlaces);
  const own = new Places(fail, load);
  await Promise.all([own.areaOf(at(1, 2)), own.areaOf(at(1, 2)), own.search({ text: 'Berlin' })]);
  expect(load).toHaveBeenCalledOnce();
});

test('without the data there are no areas and no results, which is reported once', async () => {
  const onError = vi.fn();
  const own = new Places(onError, () => Promise.reject<PlaceIndex>(new Error('no file')));
  expect(await own.areaOf(at(52.52, 13.405))).toBeNull();
  expect(await own.search({ text: 'Berlin' })).toEqual([]);
  expect(onError).toHaveBeenCalledOnce();
});

describe('search', () => {
  const found = async (text: string) => {
    const results = await places.search({ text });
    return results.map(({ name, country }) => `${name} ${country}`);
  };

  test.each([
    ['Prenzl', 'Prenzlauer Berg, Berlin DE'],
    ['lodz', 'Łódź PL'],
    ['ŁÓDŹ', 'Łódź PL'],
    ['st pauli', 'St. Pauli, Hamburg DE'],
    ['new york', 'New York City US'],
    ['München', 'Munich DE'],
    ['Wien', 'Vienna AT'],
    ['cologne', 'Köln DE'],
    ['Shibuya', 'Shibuya, Tokyo JP'],
    ['Mitte, Berlin', 'Mitte, Berlin DE'],
    ['Mitte, Berlin, Germany', 'Mitte, Berlin DE'],
    ['Shibuya, Tok', 'Shibuya, Tokyo JP'],
    ['Berlin, Deutschl', 'Berlin DE'],
    ['berlin, usa', 'Berlin US'],
    ['Cologne, DE', 'Köln DE'],
    ['Washington, D.C.', 'Washington, D.C. US'],
  ])('%s', async (text, first) => expect((await found(text))[0]).toBe(first));

  test('finds each place by its other names first', async () => {
    for (const [name, country, others] of otherNames) {
      const own = (await found(name)).find((one) => one.endsWith(` ${country}`));
      for (const other of others.split(', ')) expect([other, (await found(other))[0]]).toEqual([other, own]);
    }
  });

  test('finds later words of names, after names that begin so', async () => {
    const results = await found('york');
    expect(results.indexOf('York GB')).toBe(0);
    expect(results).toContain('New York City US');
  });

  test.each(['a', 'san', 'berlin', 'zzzzzz', '東京', '...'])('%s: at most ten results, all different', async (text) => {
    const results = await found(text);
    expect(results.length).toBeLessThanOrEqual(10);
    expect(new Set(results).size).toBe(results.length);
  });

  test.each(['Prenzlauer Berg, France', 'Prenzlauer Berg, Hamburg', ', Berlin, Paris', `a${','.repeat(50)}zz`])(
    '%s is nowhere',
    async (text) => expect(await found(text)).toEqual([]),
  );

  test('prefers places near the given location', async () => {
    const here = { latitude: 39, longitude: -77 };
    const results = await places.search({ text: 'berlin', location: here });
    expect(results.slice(0, 3).map(({ country }) => country)).toContain('US');
  });
});

test('a load that failed is repeated on the next need, after ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const index = await loadPlaces();
    const load = vi.fn(() => Promise.resolve(index));
    load.mockRejectedValueOnce(new Error('no file'));
    const own = new Places(() => {}, load);
    const cell = at(52.52, 13.405);
    expect([await own.areaOf(cell), await own.areaOf(cell)]).toEqual([null, null]);
    expect(load).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(await own.areaOf(cell)).toEqual({ name: 'Mitte, Berlin', country: 'DE' });
    vi.advanceTimersByTime(100_000);
    await own.areaOf(at(52.42, 13.16));
    expect(load).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});

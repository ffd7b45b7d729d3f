import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageQuery } from './pageQuery.ts';

describe('?limit&before', () => {
  test.each([
    [{}, { limit: 50 }],
    [{ limit: '' }, { limit: 50 }],
    [{ limit: '7' }, { limit: 7 }],
    [{ limit: '100' }, { limit: 100 }],
    [{ limit: '101' }, { limit: 100 }],
    [{ limit: '10000000000' }, { limit: 100 }],
    [{ limit: '9'.repeat(400) }, { limit: 100 }],
    [{ before: '2026-01-02T03:04:05Z' }, { limit: 50, before: new Date('2026-01-02T03:04:05Z') }],
    [{ before: '2026-01-02t03:04:05.5z' }, { limit: 50, before: new Date('2026-01-02T03:04:05.500Z') }],
    [{ before: '2016-12-31T23:59:60Z' }, { limit: 50, before: new Date('2017-01-01T00:00:00Z') }],
    [{ before: '2026-01-02T03:04:05 05:30' }, { limit: 50, before: new Date('2026-01-01T21:34:05Z') }],
    [{ before: '2026-01-02T03:04:05.123000000-08:00' }, { limit: 50, before: new Date('2026-01-02T11:04:05.123Z') }],
    // A message of .123 is earlier than .1230004.
    [{ before: '2026-01-02T03:04:05.1230004Z' }, { limit: 50, before: new Date('2026-01-02T03:04:05.124Z') }],
  ])('%j asks for %j', (query, page) => expect(pageQuery.parse(query)).toEqual(page));

  test('every millisecond survives the round trip, with any offset', () => {
    const date = fc.date({ noInvalidDate: true, min: new Date('1970-01-02'), max: new Date('9999-12-30') });
    const offset = fc.integer({ min: -23 * 60, max: 23 * 60 });
    fc.assert(
      fc.property(date, offset, (time, minutes) => {
        const local = new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, -1);
        const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const zone = `${minutes < 0 ? '-' : '+'}${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        expect(pageQuery.parse({ before: local + zone }).before).toEqual(time);
      }),
    );
  });

  test.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '0000000000' }, 'limit'],
    [{ limit: '-1' }, 'limit'],
    [{ limit: 'x' }, 'limit'],
    [{ limit: ['1', '2'] }, 'limit'],
    [{ before: 'yesterday' }, 'before'],
    [{ before: '2026-02-29T00:00:00Z' }, 'before'],
    [{ before: '2026-01-01T00:00:00' }, 'before'],
    [{ before: ['a', 'b'] }, 'before'],
  ])('%j is rejected', (query, field) => {
    expect(pageQuery.safeParse(query).error?.issues).toMatchObject([{ path: [field] }]);
  });
});

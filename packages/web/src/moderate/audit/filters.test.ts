import { expect, test } from 'vitest';
import { noFilters, toFilters } from './filters.ts';

const server = { type: 'server' } as const;

test('empty fields match everything', () => {
  expect(toFilters(server, noFilters)).toEqual({});
  for (const scope of [
    { type: 'room', roomId: 'plaza' },
    { type: 'area', location: { latitude: 52.52, longitude: 13.4 } },
  ] as const) {
    expect(toFilters(scope, { ...noFilters, actor: ' ' })).toEqual({ scope });
  }
});

test('both days are included, whole, and ids are trimmed', () => {
  const texts = { actor: ' ada ', subject: 'bob', action: 'banUser', since: '2026-03-28', until: '2026-03-29' };
  expect(toFilters(server, texts)).toEqual({
    ...{ actorId: 'ada', subjectUserId: 'bob', action: 'banUser' },
    since: new Date(2026, 2, 28),
    until: new Date(2026, 2, 30),
  });
});

test('a day that is no date is left out', () => {
  expect(toFilters(server, { ...noFilters, since: '2026-02-31x' })).toEqual({});
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NameAnnouncer } from './nameAnnouncer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function announcer() {
  const published: string[] = [];
  const names = new NameAnnouncer({
    publish: async (roomId, event) => {
      if (event.type === 'user.renamed') published.push(`${roomId}: ${event.formerName} > ${event.user.username}`);
    },
  });
  const change = (formerName: string, username: string, { roomId = 'r', userId = 'ada', userCount = 2 } = {}) =>
    names.announce({ roomId, user: { userId, username }, formerName, userCount });
  return { names, published, change };
}

test('the first change is announced at once; of later ones, only the last name, after the interval', () => {
  const { published, change } = announcer();
  change('Ann', 'Anna');
  for (let i = 0; i < 1_000; i += 1) change('Anna', `Anna ${i}`);
  expect(published).toEqual(['r: Ann > Anna']);
  vi.advanceTimersByTime(5_000);
  expect(published).toEqual(['r: Ann > Anna', 'r: Anna > Anna 999']);
  vi.advanceTimersByTime(60_000);
  expect(published).toHaveLength(2);
});

test('a name that changes and changes back is not announced again', () => {
  const { published, change } = announcer();
  change('Ann', 'Anna');
  change('Anna', 'Ann');
  change('Ann', 'Anna');
  vi.advanceTimersByTime(5_000);
  expect(published).toEqual(['r: Ann > Anna']);
});

test('rooms and users are counted separately, and crowded rooms receive nothing', () => {
  const { published, change } = announcer();
  change('Ann', 'Anna');
  change('Ann', 'Anna', { roomId: 's' });
  change('Ben', 'Benno', { userId: 'ben' });
  change('Ann', 'Anna', { roomId: 'crowd', userCount: 101 });
  expect(published).toEqual(['r: Ann > Anna', 's: Ann > Anna', 'r: Ben > Benno']);
});

test('once it is closed, it has no timers', () => {
  const { names, change } = announcer();
  change('Ann', 'Anna');
  change('Anna', 'Ann');
  names.close();
  expect(vi.getTimerCount()).toBe(0);
});

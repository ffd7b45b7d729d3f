// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';

const exact = { latitude: 48.3719264, longitude: -16.8423951 };
const rounded = { latitude: 48.37, longitude: -16.84 };

afterEach(() => {
  localStorage.clear();
  vi.resetModules();
});

test('a location is stored rounded', async () => {
  const { storedLocation } = await import('./session.ts');
  storedLocation.set({ location: exact, shared: true });
  expect(storedLocation.get()).toEqual({ location: rounded, shared: true });
  expect(JSON.parse(localStorage.getItem('earshot.place') ?? '')).toEqual({ location: rounded, shared: true });
});

test('an exact location that an earlier version stored is replaced when the page opens', async () => {
  localStorage.setItem('earshot.place', JSON.stringify({ location: exact, shared: false }));
  const { storedLocation } = await import('./session.ts');
  expect(storedLocation.get()).toEqual({ location: rounded, shared: false });
  expect(localStorage.getItem('earshot.place')).not.toMatch(/37192|84239/);
});

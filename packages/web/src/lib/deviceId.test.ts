// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  localStorage.clear();
  vi.resetModules();
});

test('a browser keeps its id, which is random', async () => {
  const first = (await import('./deviceId.ts')).deviceId();
  expect(first).toMatch(/^[0-9a-z]{32}$/);
  vi.resetModules();
  expect((await import('./deviceId.ts')).deviceId()).toBe(first);
  localStorage.clear();
  vi.resetModules();
  expect((await import('./deviceId.ts')).deviceId()).not.toBe(first);
});

test('an id that the server would refuse is replaced', async () => {
  localStorage.setItem('earshot.device', '"short"');
  expect((await import('./deviceId.ts')).deviceId()).toHaveLength(32);
});

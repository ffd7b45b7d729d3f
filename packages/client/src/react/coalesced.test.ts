import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { coalesced } from './coalesced.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('the first change is reported at once, and later ones within a frame once', () => {
  const listener = vi.fn();
  const { notify } = coalesced(listener);
  notify(false);
  expect(listener).toHaveBeenCalledTimes(1);
  notify(false);
  notify(false);
  expect(listener).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(16);
  expect(listener).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  expect(listener).toHaveBeenCalledTimes(2);
  notify(false);
  expect(listener).toHaveBeenCalledTimes(3);
});

test('an urgent change is reported at once, with all pending ones', () => {
  const listener = vi.fn();
  const { notify } = coalesced(listener);
  notify(false);
  notify(false);
  notify(true);
  expect(listener).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  expect(listener).toHaveBeenCalledTimes(2);
});

test('continuous changes are reported once for each frame', () => {
  const listener = vi.fn();
  const { notify } = coalesced(listener);
  for (let ms = 0; ms < 160; ms += 1) {
    notify(false);
    vi.advanceTimersByTime(1);
  }
  expect(listener).toHaveBeenCalledTimes(11);
});

test('nothing is reported after the end, and no timer remains', () => {
  const listener = vi.fn();
  const { notify, stop } = coalesced(listener);
  notify(false);
  notify(false);
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(listener).toHaveBeenCalledTimes(1);
});

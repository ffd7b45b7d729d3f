// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useReading } from './useReading.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function setVisible(state: DocumentVisibilityState) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  act(() => document.dispatchEvent(new Event('visibilitychange')));
}

test('reading starts after a moment, and ends at once when the page is left', () => {
  const { result, rerender } = renderHook(({ atNewest }) => useReading(atNewest, true), {
    initialProps: { atNewest: true },
  });
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(2_000));
  expect(result.current).toBe(true);
  rerender({ atNewest: false });
  expect(result.current).toBe(false);
});

test('a hidden tab is not read; after the return, missed messages arrive before reading starts', () => {
  const { result } = renderHook(() => useReading(true, true));
  act(() => vi.advanceTimersByTime(2_000));
  setVisible('hidden');
  expect(result.current).toBe(false);
  setVisible('visible');
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(2_000));
  expect(result.current).toBe(true);
});

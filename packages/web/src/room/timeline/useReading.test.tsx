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

test('one reads after having looked for a moment, and at once no more when looking away', () => {
  const { result, rerender } = renderHook(({ atNewest }) => useReading(atNewest, true), {
    initialProps: { atNewest: true },
  });
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(2_000));
  expect(result.current).toBe(true);
  rerender({ atNewest: false });
  expect(result.current).toBe(false);
});

test('in a hidden tab nobody reads; back in it, what was missed comes before one does', () => {
  const { result } = renderHook(() => useReading(true, true));
  act(() => vi.advanceTimersByTime(2_000));
  setVisible('hidden');
  expect(result.current).toBe(false);
  setVisible('visible');
  expect(result.current).toBe(false);
  act(() => vi.advanceTimersByTime(2_000));
  expect(result.current).toBe(true);
});

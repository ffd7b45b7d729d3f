import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { delay, rejectOnAbort } from './abort.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => {});
const reason = new Error('stopped');

describe('rejectOnAbort', () => {
  test('passes on the result or the error, and leaves no listener', async () => {
    const { signal } = new AbortController();
    expect(await rejectOnAbort(Promise.resolve(7), signal)).toBe(7);
    await expect(rejectOnAbort(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('rejects with the reason when the signal aborts, or has aborted', async () => {
    const controller = new AbortController();
    const waiting = rejectOnAbort(never, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(rejectOnAbort(Promise.resolve(7), controller.signal)).rejects.toBe(reason);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('delay', () => {
  test('resolves after its time', async () => {
    const onResolved = vi.fn();
    delay(50, new AbortController().signal).then(onResolved);
    await vi.advanceTimersByTimeAsync(49);
    expect(onResolved).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(onResolved).toHaveBeenCalledOnce();
  });

  test('rejects with the reason and clears its timer when the signal aborts', async () => {
    const controller = new AbortController();
    const waiting = delay(50, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

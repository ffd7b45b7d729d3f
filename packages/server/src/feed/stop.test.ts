import { expect, test, vi } from 'vitest';
import { Stop } from './stop.ts';

test('tells each listener once, in the order they came, and keeps the first reason', () => {
  const stop = new Stop();
  const told: string[] = [];
  stop.addEventListener('abort', () => told.push('first'));
  stop.addEventListener('abort', () => told.push('second'));
  expect([stop.aborted, stop.reason]).toEqual([false, undefined]);
  stop.throwIfAborted();
  stop.abort('over');
  stop.abort('again');
  expect(told).toEqual(['first', 'second']);
  expect([stop.aborted, stop.reason]).toEqual([true, 'over']);
  expect(() => stop.throwIfAborted()).toThrow('over');
});

test('a listener that was removed, or comes too late, is not told', () => {
  const stop = new Stop();
  const [removed, late] = [vi.fn(), vi.fn()];
  stop.addEventListener('abort', removed);
  stop.removeEventListener('abort', removed);
  stop.removeEventListener('abort', late);
  stop.addEventListener('abort', () => stop.addEventListener('abort', late));
  stop.abort();
  expect(removed).not.toHaveBeenCalled();
  expect(late).not.toHaveBeenCalled(); // as with an AbortSignal: who comes too late looks at `aborted`
  expect(stop.reason).toMatchObject({ name: 'AbortError' });
});

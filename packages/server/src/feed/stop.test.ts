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

test('a listener that one before it removed is not told, as with an AbortSignal', () => {
  for (const signal of [new AbortController(), new Stop()]) {
    const told: string[] = [];
    const { stop, abort } =
      'signal' in signal
        ? { stop: signal.signal, abort: () => signal.abort() }
        : { stop: signal, abort: () => signal.abort() };
    const second = () => told.push('second');
    stop.addEventListener('abort', () => {
      told.push('first');
      stop.removeEventListener('abort', second);
    });
    stop.addEventListener('abort', second);
    stop.addEventListener('abort', () => told.push('third'));
    abort();
    expect(told).toEqual(['first', 'third']);
  }
});

test('an object hears of it as a function does', () => {
  const stop = new Stop();
  const [told, removed] = [{ handleEvent: vi.fn() }, { handleEvent: vi.fn() }];
  stop.addEventListener('abort', removed);
  stop.addEventListener('abort', told);
  stop.removeEventListener('abort', removed);
  stop.abort();
  expect(told.handleEvent).toHaveBeenCalledTimes(1);
  expect(removed.handleEvent).not.toHaveBeenCalled();
});

test('a listener that throws keeps none from hearing, and is not the affair of who ends it', async () => {
  const stop = new Stop();
  const told = vi.fn();
  stop.addEventListener('abort', () => {
    throw new Error('mine');
  });
  stop.addEventListener('abort', told);
  const thrown: unknown[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => thrown.push(task));
  stop.abort();
  vi.unstubAllGlobals();
  expect(told).toHaveBeenCalledTimes(1);
  expect(thrown).toHaveLength(1);
  expect(thrown[0]).toThrow('mine');
});

import { afterEach, expect, test, vi } from 'vitest';
import { LightAbortController } from './lightAbortController.ts';

afterEach(() => void vi.unstubAllGlobals());

test('calls each listener once, in order of registration, and keeps the first reason', () => {
  const stop = new LightAbortController();
  const called: string[] = [];
  stop.addEventListener('abort', () => called.push('first'));
  stop.addEventListener('abort', () => called.push('second'));
  expect([stop.aborted, stop.reason]).toEqual([false, undefined]);
  stop.throwIfAborted();
  stop.abort('over');
  stop.abort('again');
  expect(called).toEqual(['first', 'second']);
  expect([stop.aborted, stop.reason]).toEqual([true, 'over']);
  expect(() => stop.throwIfAborted()).toThrow('over');
});

test('a listener that was removed or added too late is not called', () => {
  const stop = new LightAbortController();
  const [removed, late] = [vi.fn(), vi.fn()];
  stop.addEventListener('abort', removed);
  stop.removeEventListener('abort', removed);
  stop.removeEventListener('abort', late);
  stop.addEventListener('abort', () => stop.addEventListener('abort', late));
  stop.abort();
  expect(removed).not.toHaveBeenCalled();
  expect(late).not.toHaveBeenCalled(); // as with an AbortSignal: a late listener must check `aborted`
  expect(stop.reason).toMatchObject({ name: 'AbortError' });
});

test('a listener removed by an earlier one is not called, as with an AbortSignal', () => {
  for (const signal of [new AbortController(), new LightAbortController()]) {
    const called: string[] = [];
    const { stop, abort } =
      'signal' in signal
        ? { stop: signal.signal, abort: () => signal.abort() }
        : { stop: signal, abort: () => signal.abort() };
    const second = () => called.push('second');
    stop.addEventListener('abort', () => {
      called.push('first');
      stop.removeEventListener('abort', second);
    });
    stop.addEventListener('abort', second);
    stop.addEventListener('abort', () => called.push('third'));
    abort();
    expect(called).toEqual(['first', 'third']);
  }
});

test('an object is called like a function', () => {
  const stop = new LightAbortController();
  const [called, removed] = [{ handleEvent: vi.fn() }, { handleEvent: vi.fn() }];
  stop.addEventListener('abort', removed);
  stop.addEventListener('abort', called);
  stop.removeEventListener('abort', removed);
  stop.abort();
  expect(called.handleEvent).toHaveBeenCalledTimes(1);
  expect(removed.handleEvent).not.toHaveBeenCalled();
});

test('a listener that throws does not affect the other listeners or the caller of abort', async () => {
  const stop = new LightAbortController();
  const called = vi.fn();
  stop.addEventListener('abort', () => {
    throw new Error('mine');
  });
  stop.addEventListener('abort', called);
  const thrown: unknown[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => thrown.push(task));
  stop.abort();
  vi.unstubAllGlobals();
  expect(called).toHaveBeenCalledTimes(1);
  expect(thrown).toHaveLength(1);
  expect(thrown[0]).toThrow('mine');
});

test('an error is created only when the reason is first read: aborts create none', () => {
  const created: unknown[] = [];
  const Original = DOMException;
  vi.stubGlobal(
    'DOMException',
    class extends Original {
      constructor(...args: ConstructorParameters<typeof Original>) {
        super(...args);
        created.push(this);
      }
    },
  );
  const stop = new LightAbortController();
  stop.addEventListener('abort', () => {});
  stop.abort();
  stop.abort();
  expect(created).toEqual([]);
  expect(() => stop.throwIfAborted()).toThrow('This operation was aborted.');
  expect(stop.reason).toBe(created[0]);
  expect(created).toHaveLength(1);
});

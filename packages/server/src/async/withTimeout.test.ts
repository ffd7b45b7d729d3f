import { expect, test, vi } from 'vitest';
import { withTimeout } from './withTimeout.ts';

const late = () => new Error('late');

test('settles as the work does, and leaves no timer behind', async () => {
  using timers = fakeTimers();
  expect(await withTimeout(Promise.resolve('done'), 10, late)).toBe('done');
  await expect(withTimeout(Promise.reject(new Error('failed')), 10, late)).rejects.toThrow('failed');
  expect(timers.count()).toBe(0);
});

test('rejects after the timeout, and ignores a later failure of the work', async () => {
  using timers = fakeTimers();
  const work = Promise.withResolvers<string>();
  const result = withTimeout(work.promise, 10, late);
  const rejected = expect(result).rejects.toThrow('late');
  timers.advance(9);
  expect(timers.count()).toBe(1);
  timers.advance(2); // one for the tick in which answers are read
  await rejected;
  work.reject(new Error('failed'));
});

function fakeTimers() {
  vi.useFakeTimers();
  return {
    count: () => vi.getTimerCount(),
    advance: (ms: number) => vi.advanceTimersByTime(ms),
    [Symbol.dispose]: () => vi.useRealTimers(),
  };
}

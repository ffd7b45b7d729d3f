import { expect, test, vi } from 'vitest';
import { onWakeUp } from './wakeUps.ts';

/** A page whose visibility the test changes. */
class FakeDocument extends EventTarget {
  visibilityState = 'visible';

  turn(state: 'visible' | 'hidden') {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

test('a page wakes up when it is visible again and when the network is back, until unsubscribed', () => {
  const document = new FakeDocument();
  const scope = Object.assign(new EventTarget(), { document });
  const woken: number[] = [];
  const stop = onWakeUp((asleepMs) => woken.push(asleepMs), scope);
  document.turn('hidden');
  expect(woken).toEqual([]);
  document.turn('visible');
  scope.dispatchEvent(new Event('online'));
  expect(woken).toEqual([expect.any(Number), Number.POSITIVE_INFINITY]);
  stop();
  document.turn('visible');
  scope.dispatchEvent(new Event('online'));
  expect(woken).toHaveLength(2);
});

test('a change of the clock while the page is hidden does not change the measured time', () => {
  vi.useFakeTimers();
  try {
    const document = new FakeDocument();
    const woken: number[] = [];
    onWakeUp((asleepMs) => woken.push(asleepMs), Object.assign(new EventTarget(), { document }));
    document.turn('hidden');
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(60_000);
    document.turn('visible');
    expect(woken).toEqual([60_000]);
  } finally {
    vi.useRealTimers();
  }
});

test('a runtime without a page never wakes up', () => {
  expect(() => onWakeUp(() => {}, {})()).not.toThrow();
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EarshotClientError } from '../errors.ts';
import { fullJitter } from './backoff.ts';
import { RetrySchedule } from './retrySchedule.ts';

const backoff = { baseMs: 1_000, capMs: 15_000 };
const lost = { error: new EarshotClientError('CONNECTION_LOST') };

/** A schedule that always draws the longest wait, and its clock. */
function setUp(random = () => 1) {
  const clock = { now: 0 };
  return { clock, schedule: new RetrySchedule({ backoff, random, now: () => clock.now }) };
}

describe('full jitter', () => {
  test('is between 0 and the doubled, capped base after any number of failures', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 5_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, drawn) => {
          const wait = fullJitter(failures, backoff, () => drawn);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThan(Math.min(15_000, 1_000 * 2 ** Math.min(failures, 10)));
        },
      ),
    );
  });
});

describe('a schedule of attempts', () => {
  test('starts at once, then waits increasingly long, without a limit of attempts', () => {
    const { schedule } = setUp();
    const waits = Array.from({ length: 100 }, () => schedule.next());
    expect(waits.slice(0, 7)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(waits.at(-1)).toBe(15_000);
  });

  test('spreads the first retry too, so that clients do not reconnect together', () => {
    const waits = Array.from({ length: 500 }, () => {
      const { schedule } = setUp(Math.random);
      schedule.next();
      schedule.opened();
      schedule.lost(lost);
      return schedule.next();
    });
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
    expect(waits.filter((wait) => wait < 500).length).toBeGreaterThan(150);
    expect(waits.filter((wait) => wait >= 500).length).toBeGreaterThan(150);
  });

  test('starts over after a stable connection, not after one that was lost at once', () => {
    const { schedule, clock } = setUp();
    const tryAndHold = (ms: number) => {
      const wait = schedule.next();
      schedule.opened();
      clock.now += ms;
      schedule.lost(lost);
      return wait;
    };
    expect([10, 10, 10, 60_000, 10].map(tryAndHold)).toEqual([0, 1_000, 2_000, 4_000, 1_000]);
  });

  test('reconnects once within the time that a stopping server gave', () => {
    const { schedule } = setUp(() => 0.5);
    schedule.next();
    schedule.opened();
    schedule.lost({ error: new EarshotClientError('SERVER_STOPPING'), reconnectWithinMs: 5_000 });
    expect(schedule.next()).toBe(2_500);
    schedule.lost(lost);
    expect(schedule.next()).toBe(500);
  });

  test('waits longer after a rejection', () => {
    const { schedule } = setUp();
    schedule.next();
    schedule.lost({ error: new EarshotClientError('TOKEN_INVALID') });
    expect(schedule.next()).toBe(4_000);
  });
});

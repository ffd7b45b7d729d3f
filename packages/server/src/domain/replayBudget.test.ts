import { type Message, messageWeight } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LightAbortController } from '../async/lightAbortController.ts';
import { Budget, costs } from './budget.ts';
import { CallerLimit } from './callerLimit.ts';
import { Connection } from './connection.ts';
import { unlimited } from './rateLimit.ts';
import { unitsOf } from './unitsOf.ts';
import { WatchReadLimiter } from './watchReadLimiter.ts';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'performance', 'Date'] }),
);
afterEach(() => void vi.useRealTimers());

const [rate, burst] = [20, 400];
const charsPerUnit = 4_096;
const never = new LightAbortController();

const newUser = (userId = 'ada') => new Connection({ user: { userId, username: 'Ada' }, address: '192.0.2.1' });
const pageOf = (units: number): Pick<Message, 'content'>[] => {
  const overhead = messageWeight({ content: '', reactions: [] });
  return [{ content: 'x'.repeat(units * charsPerUnit - overhead) }];
};

/** Calls take whatever is left of the budget, each as soon as it can be afforded. Returns the units that they took so far. */
function takeAll(budget: Budget, caller: Connection): () => number {
  let taken = 0;
  setInterval(() => {
    for (;;) {
      try {
        budget.spend(caller, 'getRoom');
      } catch {
        return;
      }
      taken += costs.getRoom;
    }
  }, 1);
  return () => taken;
}

/** A replay without end, of pages of that many units. Returns the units that it took so far. */
function replay(budget: Budget, caller: Connection, units: number): () => number {
  let taken = 0;
  const receive = async () => {
    for (;;) {
      await budget.replays.untilAffordable(caller, never);
      const page = budget.replays.tryReserve(caller);
      if (!page) continue; // another replay was faster
      page.charge(unitsOf(pageOf(units)));
      taken += units;
    }
  };
  void receive();
  return () => taken;
}

/** A budget that calls have used up and hold at zero. */
async function usedUp(limits: Partial<ConstructorParameters<typeof Budget>[0]> = {}) {
  const budget = new Budget({ user: { rate, burst }, address: unlimited, ...limits });
  const ada = newUser();
  const taken = takeAll(budget, ada);
  await vi.advanceTimersByTimeAsync(1_000);
  const before = taken();
  return { budget, ada, taken: () => taken() - before };
}

test.each([
  ['its user', {}],
  ['its address', { user: unlimited, address: { rate, burst } }],
])('a replay continues at once although calls take all of the budget of %s', async (_, limits) => {
  const { budget, ada } = await usedUp(limits);
  let isContinued = false;
  void budget.replays.untilAffordable(ada, never).then(() => {
    isContinued = true;
  });
  await vi.advanceTimersByTimeAsync(1);
  expect(isContinued).toBe(true);
});

test.each([1, 30])('calls and replays of %s units a page share the rate when both want more', async (units) => {
  const { budget, ada, taken } = await usedUp();
  const replayed = [1, 2, 3].map(() => replay(budget, ada, units));
  await vi.advanceTimersByTimeAsync(60_000);
  const inReplays = replayed.reduce((sum, of) => sum + of(), 0);
  const half = 60 * (rate / 2);
  expect(inReplays).toBeGreaterThan(0.8 * half);
  expect(inReplays).toBeLessThan(1.1 * half);
  expect(taken()).toBeGreaterThan(0.8 * half);
  expect(inReplays + taken()).toBeLessThan(60 * rate + units);
});

test('a call that finds the budget in debt is refused with the time until it can be afforded', async () => {
  const { budget, ada } = await usedUp();
  await budget.replays.untilAffordable(ada, never);
  budget.replays.tryReserve(ada)?.charge(unitsOf(pageOf(30)));
  expect(() => budget.spend(ada, 'getRoom')).toThrow(
    expect.objectContaining({
      code: 'RATE_LIMITED',
      retryAfterMs: expect.toSatisfy((ms) => ms > 1_450 && ms <= 1_550),
    }),
  );
});

test('without calls, replays leave half of the budget and receive the whole rate', async () => {
  const budget = new Budget({ user: { rate, burst }, address: unlimited });
  const ada = newUser();
  const taken = replay(budget, ada, 10);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Math.abs(taken() - burst / 2 - 60 * rate)).toBeLessThan(40);
  for (let n = 0; n < burst / 2 - 40; n += 1) budget.spend(ada, 'getRoom');
});

test('many connections that wait for one budget check it seldom, and stay within its rate', async () => {
  const [connections, seconds] = [1_000, 3];
  const budget = new Budget({ user: unlimited, address: { rate, burst } });
  using msUntil = vi.spyOn(CallerLimit.prototype, 'msUntil');
  const taken = Array.from({ length: connections }, (_, n) => replay(budget, newUser(`user-${n}`), 1));
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  const units = taken.reduce((sum, of) => sum + of(), 0);
  expect(units).toBeGreaterThan(burst / 2 + (seconds - 1) * rate);
  expect(units).toBeLessThan(burst / 2 + (seconds + 1) * rate);
  const checksPerMs = 5;
  const checks = msUntil.mock.calls.filter(([, part]) => part === 0.5);
  expect(checks.length).toBeGreaterThan(connections);
  expect(checks.length).toBeLessThan(2 * connections + seconds * 1_000 * checksPerMs);
});

test('a replay that waits for the budget takes no slot, and a watch can start', async () => {
  const { budget, ada } = await usedUp();
  budget.chargeMessages(ada, pageOf(100));
  const limiter = new WatchReadLimiter(budget, ada);
  const stop = new LightAbortController();
  const waiting = [1, 2, 3].map(() =>
    limiter.acquirePage(stop).then(
      () => 'permitted',
      () => 'stopped',
    ),
  );
  await vi.advanceTimersByTimeAsync(100);
  const starts = [limiter.tryAcquireStart(), limiter.tryAcquireStart()];
  expect(starts).toEqual([expect.any(Function), expect.any(Function)]);
  for (const release of starts) release?.();
  stop.abort();
  expect(await Promise.all(waiting)).toEqual(['stopped', 'stopped', 'stopped']);
});

test('a replay that gets its slot when the budget has been taken gives it back and waits again', async () => {
  const { budget, ada } = await usedUp();
  const limiter = new WatchReadLimiter(budget, ada);
  const starts = [limiter.tryAcquireStart(), limiter.tryAcquireStart()];
  let isContinued = false;
  void limiter.acquirePage(never).then(() => {
    isContinued = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  budget.chargeMessages(ada, pageOf(30));
  for (const release of starts) release?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(isContinued).toBe(false);
  expect(limiter.tryAcquireStart()).toBeDefined();
  expect(limiter.tryAcquireStart()).toBeDefined();
});

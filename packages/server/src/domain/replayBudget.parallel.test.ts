import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { delay } from '../async/abort.ts';
import { LightAbortController } from '../async/lightAbortController.ts';
import { ModelStore } from '../feed/testModel.ts';
import { Budget } from './budget.ts';
import { Connection } from './connection.ts';
import { unlimited } from './rateLimit.ts';
import { charsPerUnit, unitsOf } from './unitsOf.ts';
import { WatchReadLimiter } from './watchReadLimiter.ts';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'performance', 'Date'] }),
);
afterEach(() => void vi.useRealTimers());

const [rate, burst] = [20, 400];
const connections = 200;
/** Milliseconds that the read of a page takes. */
const readMs = 200;
const never = new LightAbortController();
/** A page whose last message is long, so that it costs more than a page reserves. */
const longPage = pageOf([23, 13]);
const shortPage = pageOf([0.1]);

const callers = [
  ['one user', { user: { rate, burst }, address: unlimited }, () => 'mallory'],
  ['one address', { user: unlimited, address: { rate, burst } }, (n: number) => `mallory-${n}`],
] as const;

const connect = (userId: string) => new Connection({ user: { userId, username: 'Mallory' }, address: '192.0.2.1' });

/** Messages that cost about these units each. */
function pageOf(units: readonly number[]) {
  const store = new ModelStore();
  return units.map((each) => store.append('room', 'x'.repeat(each * charsPerUnit)).message);
}

/** Two replays without end on one connection, each read of which takes a while. Returns the units that they received. */
function replayTwice(budget: Budget, connection: Connection, page: typeof longPage): () => number {
  const limiter = new WatchReadLimiter(budget, connection);
  let received = 0;
  const replay = async () => {
    for (;;) {
      const permit = await limiter.acquirePage(never);
      await delay(readMs, never);
      permit.charge(page);
      received += unitsOf(page);
      permit.release();
    }
  };
  void replay();
  void replay();
  return () => received;
}

const sumOf = (counts: readonly (() => number)[]) => counts.reduce((sum, count) => sum + count(), 0);

test.each(callers)(
  'many connections of %s that read at the same time receive half of a burst and the rate',
  async (_, limits, idOf) => {
    const budget = new Budget(limits);
    const received = Array.from({ length: connections }, (__, n) => replayTwice(budget, connect(idOf(n)), longPage));
    const seconds = 60;
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    // Each page in the first half of the burst costs up to 1.5 times what it reserves.
    expect(sumOf(received)).toBeLessThan(1.5 * (burst / 2) + seconds * rate + 2 * unitsOf(longPage));
    expect(sumOf(received)).toBeGreaterThan(burst / 2 + 0.9 * seconds * rate);
  },
);

test.each(callers)('short pages of many connections of %s are read beside each other', async (_, limits, idOf) => {
  const budget = new Budget(limits);
  const received = Array.from({ length: 8 }, (__, n) => replayTwice(budget, connect(idOf(n)), shortPage));
  await vi.advanceTimersByTimeAsync(10_000);
  const pagesOfOne = 10_000 / readMs;
  expect(sumOf(received)).toBeGreaterThan(0.8 * 8 * pagesOfOne * unitsOf(shortPage));
});

test.each(callers)('calls of %s take what pages reserve while they are read', async (_, limits, idOf) => {
  const budget = new Budget(limits);
  for (let n = 0; n < connections; n += 1) replayTwice(budget, connect(idOf(n)), longPage);
  await vi.advanceTimersByTimeAsync(readMs / 2);
  const caller = connect(idOf(0));
  for (let n = 0; n < burst; n += 1) budget.spend(caller, 'getRoom');
});

test.each(callers)('pages of %s that are not read give back what they reserve, once', async (_, limits, idOf) => {
  const budget = new Budget(limits);
  const reserveAll = () => {
    const reserved = Array.from({ length: connections }, (__, n) => budget.replays.tryReserve(connect(idOf(n))));
    return reserved.filter((page) => page !== undefined);
  };
  const reserved = reserveAll();
  expect(reserved.length).toBeLessThan(connections);
  for (const page of [...reserved, ...reserved]) page.cancel();
  const again = reserveAll();
  expect(again.length).toBe(reserved.length);
  for (const page of again) page.charge(0);
  for (const page of again) page.cancel();
  expect(reserveAll().length).toBe(reserved.length);
});

test('below half of the budget, one page is read at a time, and the others do not wait for its reserved units to refill', async () => {
  const budget = new Budget({ user: { rate, burst }, address: unlimited });
  const ada = connect('ada');
  for (let n = 0; n < burst; n += 1) budget.spend(ada, 'getRoom');
  const first = budget.replays.tryReserve(ada);
  expect(first).toBeDefined();
  expect(budget.replays.tryReserve(ada)).toBeUndefined();
  let isAffordable = false;
  void budget.replays.untilAffordable(ada, never).then(() => {
    isAffordable = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(isAffordable).toBe(false);
  first?.charge(unitsOf(shortPage));
  await vi.advanceTimersByTimeAsync(100);
  expect(isAffordable).toBe(true);
});

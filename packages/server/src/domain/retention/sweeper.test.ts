import { EarshotError, newId } from '@earshot/shared';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { ExpiringRoom, ExpiryStore } from '../../store/expiry.ts';
import type { Store } from '../../store/store.ts';
import { Retention } from './retention.ts';
import { Sweeper, type SweeperTimes } from './sweeper.ts';

const names = Array.from({ length: 120 }, (_, n) => `room ${String(n).padStart(3, '0')}`);

/** A store of rooms with numbers of expired messages, of which a step deletes two. */
function newStore(expired: Record<string, number>, heads: readonly string[] = []) {
  const calls: (readonly string[])[] = [];
  const saved: { after: string | null; dueAt: number }[] = [];
  let state: { after: string | null; dueAt: number } = { after: null, dueAt: 0 };
  const changed: string[] = [];
  const expiry: ExpiryStore = {
    roomsAfter: async (roomId, limit) => names.filter((name) => name > (roomId ?? '')).slice(0, limit),
    deleteExpired: async (rooms: readonly ExpiringRoom[]) => {
      calls.push(rooms.map(({ roomId }) => roomId));
      const of = rooms.find(({ roomId }) => (expired[roomId] ?? 0) > 0)?.roomId ?? '';
      const deleted = Math.min(2, expired[of] ?? 0);
      expired[of] = (expired[of] ?? 0) - deleted;
      const found = heads.filter((roomId) => rooms.some((room) => room.roomId === roomId));
      return { deleted, hasMore: deleted > 0, heads: found.map((roomId) => ({ roomId, messageId: newId() })) };
    },
    take: async (name, now, until) => {
      if (name !== 'allRooms' || state.dueAt > now.getTime()) return null;
      state = { ...state, dueAt: until.getTime() };
      return { after: state.after };
    },
    save: async (_name, { after, dueAt }) => {
      state = { after, dueAt: dueAt.getTime() };
      saved.push(state);
    },
  };
  const change: Store['change'] = async ({ roomId }) => {
    changed.push(roomId);
    throw new EarshotError('MESSAGE_NOT_FOUND');
  };
  return { store: { expiry, change }, calls, saved, changed };
}

function sweeperOf(
  store: Pick<Store, 'expiry' | 'change'>,
  { clock = Date.now, ...times }: Partial<SweeperTimes> & { clock?: () => number } = {},
) {
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line).msg) });
  let deleted = 0;
  const rules = { isEmpty: true, ofRoom: () => [], isInForce: () => true, onChanged: () => () => {} };
  const retention = new Retention({ ttlMs: 1, rules, clock });
  const onDeleted = (count: number) => {
    deleted += count;
  };
  const sweeper = new Sweeper(
    { store, hub: { publish: async () => {} }, retention, log, onDeleted },
    { pauseMs: 0, idlePauseMs: 0, pollMs: 20, ...times },
  );
  return { sweeper, logged, deleted: () => deleted };
}

test('goes through all rooms, 50 at a time, until none has more; then waits for the next sweep', async () => {
  const { store, calls, saved, changed } = newStore({ 'room 001': 5, 'room 119': 1 }, ['room 007']);
  const { sweeper, logged, deleted } = sweeperOf(store);
  const before = Date.now();
  sweeper.start();
  await vi.waitFor(() => expect(saved).toHaveLength(1), { timeout: 10_000 });
  await sweeper.close();
  expect(deleted()).toBe(6);
  expect(new Set(calls.flat())).toEqual(new Set(names));
  expect(calls.map(({ length }) => length)).toEqual([50, 50, 50, 50, 50, 20, 20]);
  expect(changed).toEqual(['room 007']);
  expect(saved[0]?.after).toBeNull();
  expect(saved[0]?.dueAt).toBeGreaterThanOrEqual(before + 6 * 60 * 60_000);
  expect(logged).toEqual(['expired messages deleted']);
});

test('the pause is longer after rooms in which nothing has expired', async () => {
  const { store, saved } = newStore({ 'room 001': 5 });
  const { expiry } = store;
  const readAt: number[] = [];
  const timed: ExpiryStore = {
    ...expiry,
    roomsAfter: (...request) => {
      readAt.push(performance.now());
      return expiry.roomsAfter(...request);
    },
  };
  const { sweeper } = sweeperOf({ ...store, expiry: timed }, { idlePauseMs: 200 });
  sweeper.start();
  await vi.waitFor(() => expect(saved).toHaveLength(1), { timeout: 10_000 });
  await sweeper.close();
  const pauses = readAt.slice(1).map((at, n) => at - (readAt[n] ?? 0));
  // 50 rooms with messages to delete, 50 and 20 without, and none.
  expect(pauses).toHaveLength(3);
  for (const pause of pauses.slice(1)) expect(pause).toBeGreaterThan(190);
});

test('one of two instances sweeps at a time', async () => {
  const { store, calls, saved } = newStore({ 'room 001': 5 });
  const sweepers = [sweeperOf(store), sweeperOf(store)];
  for (const { sweeper } of sweepers) sweeper.start();
  await vi.waitFor(() => expect(saved).toHaveLength(1), { timeout: 10_000 });
  await Promise.all(sweepers.map(({ sweeper }) => sweeper.close()));
  expect(sweepers.map(({ deleted }) => deleted()).sort()).toEqual([0, 5]);
  expect(calls).toHaveLength(6);
});

test('a sweeper that is stopped leaves the rest to another', async () => {
  const { store, saved, calls } = newStore({ 'room 060': 60 });
  const first = sweeperOf(store, { pauseMs: 20 });
  first.sweeper.start();
  await vi.waitFor(() => expect(first.deleted()).toBeGreaterThan(0));
  await first.sweeper.close();
  expect(saved).toEqual([{ after: 'room 049', dueAt: expect.any(Number) }]);
  const count = calls.length;
  const second = sweeperOf(store);
  second.sweeper.start();
  await vi.waitFor(() => expect(saved).toHaveLength(2), { timeout: 10_000 });
  await second.sweeper.close();
  expect(first.deleted() + second.deleted()).toBe(60);
  expect(calls[count]?.[0]).toBe('room 050');
});

test('a room with messages for longer than a lease is swept by one of two instances', async () => {
  const { store, saved } = newStore({ 'room 000': 60 });
  let now = 0;
  const { expiry } = store;
  const slow: ExpiryStore = {
    ...expiry,
    deleteExpired: (...request) => {
      now += 15_000; // a step takes a quarter of the lease
      return expiry.deleteExpired(...request);
    },
  };
  const sweepers = [1, 2].map(() => sweeperOf({ ...store, expiry: slow }, { clock: () => now, pauseMs: 5, pollMs: 1 }));
  for (const { sweeper } of sweepers) sweeper.start();
  await vi.waitFor(() => expect(saved.some(({ dueAt }) => dueAt > now + 60_000)).toBe(true), { timeout: 10_000 });
  await Promise.all(sweepers.map(({ sweeper }) => sweeper.close()));
  expect(sweepers.map(({ deleted }) => deleted()).sort((a, b) => a - b)).toEqual([0, 60]);
  expect(saved[0]).toMatchObject({ after: null }); // renewed within the first rooms
});

test('a sweep is retried after the store has failed', async () => {
  const { store, saved } = newStore({ 'room 001': 5 });
  const { expiry } = store;
  let failures = 0;
  const failing: ExpiryStore = {
    ...expiry,
    deleteExpired: (...request) => {
      failures += 1;
      if (failures === 2) throw new EarshotError('STORE_UNAVAILABLE');
      return expiry.deleteExpired(...request);
    },
  };
  const { sweeper, logged, deleted } = sweeperOf({ ...store, expiry: failing }, { leaseMs: 30 });
  sweeper.start();
  await vi.waitFor(() => expect(saved.some(({ after }) => after === null)).toBe(true), { timeout: 10_000 });
  await sweeper.close();
  expect(deleted()).toBe(5);
  expect(logged[0]).toContain('interrupted');
});

import type { NearbyRoom } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NearbyLists } from './nearbyLists.ts';
import type { OrderedSearch } from './nearbyRooms.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const room = (id: string): NearbyRoom => ({
  ...{ id, name: id, title: null, topic: null, ownerId: null, area: null, place: null },
  ...{ createdAt: new Date(0), lastMessageAt: null, userCount: 0 },
  ...{ distance: 100, preview: null },
});

const searchOf = (n: number): OrderedSearch => ({ cell: `cell ${n}`, radius: 5_000, limit: 20, order: 'near' });
const second = 1_000;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Lists over rooms that the test changes. */
function setUp(listsPerAddress = 0) {
  const rooms: NearbyRoom[] = [room('first')];
  const search = vi.fn(async (_: OrderedSearch): Promise<readonly NearbyRoom[]> => [...rooms]);
  return { rooms, search, lists: new NearbyLists({ nearby: { search }, listsPerAddress }) };
}

test('a thousand watchers of one search share a search every two seconds', async () => {
  const { lists, search } = setUp();
  const leases = await Promise.all(Array.from({ length: 1_000 }, (_, n) => lists.watch(searchOf(1), `address ${n}`)));
  expect(search).toHaveBeenCalledTimes(1);
  expect(new Set(leases.map(({ list }) => list.current)).size).toBe(1);
  await pass(20 * second);
  expect(search.mock.calls.length).toBeGreaterThanOrEqual(9);
  expect(search.mock.calls.length).toBeLessThanOrEqual(11);
});

test('a watcher is woken when something changes, and only then', async () => {
  const { lists, rooms } = setUp();
  using lease = await lists.watch(searchOf(1), 'address');
  const wake = vi.fn();
  lease.list.onChange(wake);
  const before = lease.list.current;
  await pass(10 * second);
  expect(wake).not.toHaveBeenCalled();
  expect(lease.list.current).toBe(before);
  rooms.push(room('second'));
  await pass(2.1 * second);
  expect(wake).toHaveBeenCalledTimes(1);
  expect(lease.list.current?.rooms.map(({ id }) => id)).toEqual(['first', 'second']);
});

test('nothing is searched after the last watcher has gone, and the next one gets a new list', async () => {
  const { lists, search, rooms } = setUp();
  const one = await lists.watch(searchOf(1), 'address');
  const other = await lists.watch(searchOf(1), 'address');
  one[Symbol.dispose]();
  await pass(5 * second);
  expect(search.mock.calls.length).toBeGreaterThan(1);
  other[Symbol.dispose]();
  expect(lists.size).toBe(0);
  search.mockClear();
  await pass(10 * second);
  expect(search).not.toHaveBeenCalled();
  rooms.push(room('second'));
  using again = await lists.watch(searchOf(1), 'address');
  expect(again.list.current?.rooms).toHaveLength(2);
  await pass(5 * second);
  expect(search.mock.calls.length).toBeGreaterThan(1);
});

test('thousands of lists are searched less often, each in its turn, and not more in a second', async () => {
  const { lists, search } = setUp();
  for (let n = 0; n < 2_000; n += 1) await lists.watch(searchOf(n), 'address');
  search.mockClear();
  await pass(10 * second);
  expect(search.mock.calls.length).toBeGreaterThan(500);
  expect(search.mock.calls.length).toBeLessThanOrEqual(1_001);
  await pass(12 * second);
  expect(new Set(search.mock.calls.map(([{ cell }]) => cell)).size).toBe(2_000);
});

test('an address has a limited number of different lists, and any number of watchers of each', async () => {
  const { lists, search } = setUp(3);
  const leases = [];
  for (let n = 0; n < 30; n += 1) leases.push(await lists.watch(searchOf(n % 3), 'address'));
  for (let n = 3; n < 1_000; n += 1) {
    await expect(lists.watch(searchOf(n), 'address')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  }
  expect(lists.size).toBe(3);
  expect(search).toHaveBeenCalledTimes(3);
  using _other = await lists.watch(searchOf(9), 'another address');
  for (const lease of leases.filter((_, n) => n % 3 === 0)) lease[Symbol.dispose]();
  using _again = await lists.watch(searchOf(5), 'address');
  expect(lists.size).toBe(4);
});

test('a search that fails later leaves the list as it is; one that fails at the start rejects', async () => {
  const { lists, search, rooms } = setUp();
  using lease = await lists.watch(searchOf(1), 'address');
  rooms.push(room('second'));
  search.mockRejectedValueOnce(new Error('unavailable'));
  await pass(2.1 * second);
  expect(lease.list.current?.rooms).toHaveLength(1);
  await pass(2.1 * second);
  expect(lease.list.current?.rooms).toHaveLength(2);
  search.mockRejectedValueOnce(new Error('unavailable'));
  await expect(lists.watch(searchOf(2), 'address')).rejects.toThrow('unavailable');
  expect(lists.size).toBe(1);
});

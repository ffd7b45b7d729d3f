import { describe, expect, test, vi } from 'vitest';
import { PresenceTable } from '../../packages/server/src/presence/redis/presenceTable.ts';
import { connectRedis } from '../resources/connectRedis.ts';
import { collectChanges, entry, openClusterPresence, quick, times } from '../resources/presences.ts';
import { startRedisCluster } from '../services/redisCluster.ts';

describe('presence: redis cluster nodes', () => {
  /** Enough rooms for every partition. */
  const rooms = times(100, (n) => `room ${n}`);

  test('distributes rooms over the nodes, each with its keys in one slot, and leaves no keys behind', async () => {
    await using nodes = await startRedisCluster();
    await using stack = new AsyncDisposableStack();
    const spies = nodes.nodes.map(({ url }) => stack.use(connectRedis(url)).client);
    const keys = async () => (await Promise.all(spies.map((spy) => spy.keys('*')))).map((all) => all.sort());
    {
      await using pair = openClusterPresence(nodes);
      const entries = rooms.map((roomId) => entry(roomId, 'ada'));
      await Promise.all(entries.map((one) => pair.a.enter(one, 0)));
      for (const all of await keys()) {
        expect(all.filter((key) => key.includes('}:room:')).length).toBeGreaterThan(10);
        for (const key of all) expect(key).toMatch(/^test-[^{]+\{presence:\d+\}:(leases|epochs|(held|room|users):.+)$/);
      }
      await Promise.all(entries.map((one) => pair.a.leave(one)));
      expect((await keys()).flat().filter((key) => !/:(leases|epochs)$/.test(key))).toEqual([]);
    }
    expect(await keys()).toEqual([[], [], []]);
  });

  test('the users of a dead instance are removed from every partition', async () => {
    await using nodes = await startRedisCluster();
    const timing = { ...quick, leaseMs: 2_000 };
    await using pair = openClusterPresence(nodes, timing);
    const changes = collectChanges(pair.b);
    await Promise.all(rooms.map((roomId) => pair.a.enter(entry(roomId, 'ada'), 0)));
    const releaseSpy = vi.spyOn(PresenceTable.prototype, 'releaseOwn').mockResolvedValue();
    await pair.a.close(); // without releasing its users, as if killed
    releaseSpy.mockRestore();
    await expect.poll(() => changes.length, { timeout: 15_000 }).toBe(rooms.length);
    expect(new Set(changes)).toEqual(new Set(['left ada, 0']));
    expect(await pair.b.counts(rooms)).toEqual(rooms.map(() => 0));
  });

  test('a node fails and returns without its data: its rooms fail in time, the others work, then all are correct', async () => {
    await using nodes = await startRedisCluster();
    await using pair = openClusterPresence(nodes, { leaseMs: 6_000, heartbeatMs: 100 });
    await Promise.all(rooms.map((roomId) => pair.a.enter(entry(roomId, 'ada'), 0)));
    await Promise.all(rooms.map((roomId) => pair.b.enter(entry(roomId, 'bob'), 0)));
    await nodes.nodes[0]?.kill();
    const startedAt = performance.now();
    const late = rooms.map((roomId) => entry(roomId, 'late'));
    const results = await Promise.allSettled(late.map((one) => pair.a.enter(one, 0)));
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    const entered = results.filter((result) => result.status === 'fulfilled');
    expect(entered.length).toBeGreaterThan(20);
    expect(entered.length).toBeLessThan(80);
    for (const { value } of entered) expect(value).toEqual({ hasJoined: true, userCount: 3 });
    await nodes.nodes[0]?.start();
    const expected = results.map((result) => (result.status === 'fulfilled' ? 3 : 2));
    await expect.poll(() => pair.b.counts(rooms).catch(() => []), { timeout: 10_000 }).toEqual(expected);
    for (const [n, result] of results.entries()) {
      const one = late[n];
      if (one && result.status === 'rejected') {
        expect(await pair.b.enter(one, 0)).toEqual({ hasJoined: true, userCount: 3 });
      }
    }
  });
});

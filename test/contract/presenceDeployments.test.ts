import { randomUUID } from 'node:crypto';
import { createPresence, readConfig } from '@earshot/server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { pairOf } from '../resources/pairs.ts';
import { collectChanges, entry } from '../resources/presences.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

describe('presence: deployments on one Redis', () => {
  const log = createLogger('silent');
  const open = (settings: Record<string, string>) => {
    const mongo = { MONGODB_URI: 'mongodb://127.0.0.1:1', MONGODB_DB: 'test' };
    return createPresence(readConfig({ ...mongo, ...settings }).broker, log);
  };
  const standalone = () => ({ REDIS_URL: inject('redisUrl') });
  const clustered = () => ({ REDIS_URL: cluster.url, REDIS_CLUSTER: 'true' });
  const [one, two] = [`test-${randomUUID()}`, `test-${randomUUID()}`];

  test.each([
    ['prefixes', () => [1, 2].map((n) => ({ ...standalone(), REDIS_PREFIX: n === 1 ? one : two }))],
    ['names of databases', () => [1, 2].map((n) => ({ ...standalone(), MONGODB_DB: n === 1 ? one : two }))],
    ['numbers of databases', () => [1, 2].map((n) => ({ REDIS_URL: `${inject('redisUrl')}/${n}`, REDIS_PREFIX: one }))],
    ['prefixes, on a cluster', () => [1, 2].map((n) => ({ ...clustered(), REDIS_PREFIX: n === 1 ? one : two }))],
    [
      'names of databases, on a cluster',
      () => [1, 2].map((n) => ({ ...clustered(), MONGODB_DB: n === 1 ? one : two })),
    ],
  ])('with different %s count, list and remove only their own users', async (_name, settings) => {
    const [production, staging] = await Promise.all(settings().map(open));
    if (production === undefined || staging === undefined) throw new RangeError('two deployments');
    await using pair = pairOf(production, staging);
    const changes = collectChanges(pair.a, pair.b);
    const roomId = randomUUID();
    const [here, there] = [entry(roomId, 'ada'), entry(roomId, 'ada', 'Another Ada')];
    expect(await pair.a.enter(here, 1)).toEqual({ hasJoined: true, userCount: 1 });
    expect(await pair.b.counts([roomId])).toEqual([0]);
    expect(await pair.b.statusOf(roomId, 'ada')).toEqual({ isPresent: false, userCount: 0 });
    expect(await pair.b.enter(there, 1)).toEqual({ hasJoined: true, userCount: 1 });
    expect(await pair.a.list(roomId, 10)).toEqual([{ userId: 'ada', username: 'name of ada' }]);
    expect(await pair.b.leave(there)).toEqual({ hasLeft: true, userCount: 0 });
    expect(await pair.a.statusOf(roomId, 'ada')).toEqual({ isPresent: true, userCount: 1 });
    await pair.b.close();
    expect(await pair.a.counts([roomId])).toEqual([1]);
    expect(changes).toEqual([]);
  });
});

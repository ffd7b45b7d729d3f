import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { blockFor } from '../../packages/server/src/async/testBlocking.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { openClusterBrokers, openRedisBrokers } from '../resources/brokers.ts';
import { entry, openClusterPresence, openRedisPresence } from '../resources/presences.ts';
import { send, storeDrivers, upTo } from '../resources/stores.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

/** Longer than the timeouts of calls, as if the process or the machine had been stopped. */
const blockedMs = 6_000;

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

test('calls in progress get their answers after an interruption of the event loop, and no connection is lost', async () => {
  await using stack = new AsyncDisposableStack();
  const log = createLogger('silent');
  const warnings = vi.spyOn(log, 'warn');
  const stores = await Promise.all(storeDrivers.map(async ({ newSite }) => stack.use(await newSite()).open()));
  const url = inject('redisUrl');
  const brokers = [stack.use(openRedisBrokers(url, log)).a, stack.use(openClusterBrokers(cluster.url, log)).a];
  const presences = [stack.use(openRedisPresence({ url, log })).a, stack.use(openClusterPresence(cluster)).a];
  const roomId = randomUUID();
  const callAll = () => [
    ...stores.flatMap((store) => [
      send(store, roomId),
      store.history(roomId, { limit: 5 }),
      store.isMember(roomId, 'ana'),
      store.ping(),
    ]),
    ...brokers.flatMap((broker) => [broker.publish(roomId, 'hello'), broker.ping()]),
    ...presences.map((presence) => presence.enter(entry(roomId, 'ana'), 10)),
  ];
  // A connection that is being established may be lost: now there are enough to the database, and one to each node of the cluster.
  await Promise.all([...callAll(), ...callAll()]);
  await Promise.all(brokers.flatMap((broker) => upTo(30).map((n) => broker.publish(`${roomId} ${n}`, 'hello'))));
  const called = Promise.allSettled(callAll());
  await new Promise(setImmediate); // they are sent
  blockFor(blockedMs);
  expect((await called).filter(({ status }) => status === 'rejected')).toEqual([]);
  await Promise.all(callAll());
  expect(warnings).not.toHaveBeenCalled();
}, 60_000);

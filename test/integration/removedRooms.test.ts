import { dirname } from 'node:path';
import { createEarshotClient, type RoomState } from '@earshot/client';
import { describe, expect, inject, test } from 'vitest';
import { createInProcessBroker } from '../../packages/server/src/broker/inProcessBroker.ts';
import { createRedisBroker } from '../../packages/server/src/broker/redis/redisBroker.ts';
import { removeIdleRooms } from '../../packages/server/src/domain/removeIdleRooms.ts';
import { encodeEnvelope } from '../../packages/server/src/feed/envelope.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { collect } from '../resources/collect.ts';
import { openLegacy } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { mongoSite, sqliteSite } from '../resources/stores.ts';

const day = 24 * 60 * 60_000;

/** A server, and a second instance whose clock is ahead, which removes unused rooms. Presence knows nobody. */
async function setUp(kind: 'sqlite' | 'mongodb') {
  await using stack = new AsyncDisposableStack();
  const site = stack.use(kind === 'sqlite' ? await sqliteSite() : await mongoSite());
  const { spec } = site;
  const clock = { now: Date.now() };
  const store = await site.open(() => clock.now);
  const namespace = spec.kind === 'mongodb' ? `${spec.database}:` : '';
  const log = createLogger('silent');
  const broker =
    spec.kind === 'sqlite' ? createInProcessBroker() : createRedisBroker({ url: inject('redisUrl'), log, namespace });
  const env =
    spec.kind === 'sqlite'
      ? { DATA_DIR: dirname(spec.file) }
      : { MONGODB_URI: spec.uri, MONGODB_DB: spec.database, REDIS_URL: inject('redisUrl') };
  if (spec.kind === 'mongodb') stack.adopt(broker, (one) => one.close());
  const server = stack.use(await startServer({ env, ...(spec.kind === 'sqlite' && { drivers: { broker } }) }));
  const services = {
    store,
    presence: { counts: async (roomIds: readonly string[]) => roomIds.map(() => 0) },
    hub: {
      publish: (roomId: string, event: { type: 'room.removed' }) => broker.publish(roomId, encodeEnvelope(event, '')),
    },
    nearby: { invalidate() {} },
  };
  const clean = (ahead: number) => {
    clock.now = Date.now() + ahead;
    return removeIdleRooms(services, { roomTtlMs: 90 * day, now: new Date(clock.now) });
  };
  const owned = stack.move();
  return { url: server.url, clean, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe.each(['sqlite', 'mongodb'] as const)('a removed room, %s', (kind) => {
  test('ends its watches with ROOM_GONE, and answers so to users who return', async () => {
    await using site = await setUp(kind);
    using ada = stockClient(site.url, { username: 'Ada' });
    const location = somewhere();
    const { room } = await ada.api.rooms.join.mutate({ location });
    const roomId = room.id;
    await ada.api.messages.send.mutate({ roomId, content: 'hello' });
    using watch = ada.watch(roomId);
    const first = await watch.until(({ event }) => event.type === 'snapshot');
    using bob = await openLegacy(site.url, 'lobby');
    bob.send({ type: 'JoinLocalChat', user_id: 'bob', username: 'Bob', token: '', ...location });
    await bob.until('MessageHistory');
    const states = collect<RoomState>();
    const eve = createEarshotClient({ url: site.url, username: 'Eve' });
    await using _eve = { [Symbol.asyncDispose]: () => eve.close() };
    await eve.watchRoom({ roomId }, { onChange: states.push });
    await states.until(({ status }) => status === 'live');

    expect(await site.clean(91 * day)).toBe(0);
    expect(await site.clean(91 * day + 120_000)).toBe(1);
    const gone = { data: { errorCode: 'ROOM_GONE', retry: 'no', httpStatus: 404 } };
    expect(await watch.untilEnd()).toMatchObject(gone);
    expect(await bob.until('Error')).toMatchObject({ code: 'ROOM_GONE' });
    expect((await states.until(({ status }) => status === 'stopped')).error).toMatchObject({ code: 'ROOM_GONE' });

    const { api } = ada;
    using resumed = ada.watch(roomId, { lastEventId: first.id });
    expect(await resumed.untilEnd()).toMatchObject(gone);
    for (const call of [
      () => api.rooms.get.query({ roomId }),
      () => api.rooms.join.mutate({ roomId }),
      () => api.messages.send.mutate({ roomId, content: 'again' }),
      () => api.messages.history.query({ roomId }),
    ])
      await expect(call()).rejects.toMatchObject(gone);
    await expect.poll(() => api.rooms.nearby.query({ location })).toEqual([]);
    expect(await api.rooms.join.mutate({ location })).toMatchObject({ isNew: true });
  });
});

import { type Broker, createBroker, createLogger, readConfig } from '@earshot/server';
import { expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { clusterSettings, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

/** Milliseconds between two comparisons of a feed with the store. */
const checkPeriod = 3_000;

/** A broker that drops the messages of the room `dropping`. */
function droppingBroker(broker: Broker) {
  const state = { dropping: '', dropped: 0 };
  const publish: Broker['publish'] = async (roomId, payload) => {
    if (roomId !== state.dropping) return broker.publish(roomId, payload);
    state.dropped += 1;
  };
  return Object.assign(state, {
    broker: new Proxy(broker, { get: (target, key) => (key === 'publish' ? publish : bound(target, key)) }),
  });
}

function bound(target: Broker, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === 'function' ? value.bind(target) : value;
}

test('dropped publishes of one room: the periodic check delivers the changes within its period, the last one too', async () => {
  const env = clusterSettings();
  const dropper = droppingBroker(await createBroker(readConfig(env).broker, createLogger('silent')));
  await using sending = await startServer({ env, drivers: { broker: dropper.broker } });
  await using watching = await startServer({ env });
  using ada = stockClient(sending.url, { username: 'Ada' });
  using bob = stockClient(watching.url, { username: 'Bob' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const other = await ada.api.rooms.join.mutate({ location: somewhere() });
  const roomId = room.id;
  await bob.api.rooms.join.mutate({ roomId });
  await bob.api.rooms.join.mutate({ roomId: other.room.id });
  using watch = bob.watch(roomId);
  using otherWatch = bob.watch(other.room.id);
  await Promise.all([watch, otherWatch].map((one) => one.until(() => true)));

  dropper.dropping = roomId;
  for (const content of ['lost 1', 'lost 2', 'the very last']) {
    await ada.api.messages.send.mutate({ roomId, content });
    await ada.api.messages.send.mutate({ roomId: other.room.id, content });
  }
  const lostAt = Date.now();
  expect(dropper.dropped).toBe(3);
  await otherWatch.until(({ seq }) => seq === 3, 1_000);
  await watch.until(({ seq }) => seq === 3);
  expect(Date.now() - lostAt).toBeLessThan(checkPeriod + 1_000);
  const contents = watch.all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.content] : []));
  expect(contents).toEqual(['lost 1', 'lost 2', 'the very last']);
});

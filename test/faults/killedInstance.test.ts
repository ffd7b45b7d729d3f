import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { sendSteadily, wholeHistory } from '../resources/load.ts';
import { somewhere } from '../resources/places.ts';
import { startProcess } from '../resources/process.ts';
import { clusterSettings } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

test('an instance is killed under load: no acknowledged message is lost, and its users are removed within 15 s', async () => {
  const env = { ...clusterSettings(), SEND_RATE: '0', LOG_LEVEL: 'warn' };
  await using killed = await startProcess(env);
  await using survivor = await startProcess(env);
  const clients = Array.from({ length: 10 }, (_, i) =>
    stockClient((i % 2 ? killed : survivor).url, { username: `User ${i}`, userId: `user-${i}` }),
  );
  const location = somewhere();
  const joined = await Promise.all(clients.map(({ api }) => api.rooms.join.mutate({ location })));
  const roomId = joined[0]?.room.id ?? '';
  const watches = clients.map(({ watch }) => watch(roomId));
  await Promise.all(watches.map((watch) => watch.until(() => true)));
  const [witness] = clients;
  const [received] = watches;
  if (witness === undefined || received === undefined) throw new Error('there is no witness');
  expect(await witness.api.presence.list.query({ roomId })).toHaveLength(10);

  const load = sendSteadily(clients, { roomId });
  await eventually(() => load.acknowledged.length > 200);
  await killed.end('SIGKILL');
  const killedAt = Date.now();
  await eventually(() => load.acknowledged.length > 400, 20_000);

  await eventually(async () => (await witness.api.presence.list.query({ roomId })).length === 5, 20_000);
  expect(Date.now() - killedAt).toBeLessThan(15_000);
  await received.untilAll((all) => all.filter(({ event }) => event.type === 'user.left').length >= 5);

  // Requests to the dead instance get no answer. Closing the clients rejects them.
  await Promise.all(clients.filter((_, i) => i % 2).map((client) => client.close()));
  await load.stop();
  const history = await wholeHistory(witness, roomId);
  const stored = new Map(history.map((message) => [message.id, message]));
  for (const message of load.acknowledged) expect(stored.get(message.id)).toEqual(message);
  expect(new Set(history.map(({ content, userId }) => `${userId} ${content}`)).size).toBe(history.length);

  // The watcher on the other instance received every message, and each departure once.
  await received.until(({ seq }) => seq >= (history.at(-1)?.seq ?? 0));
  const created = received.all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.seq] : []));
  expect(created).toEqual(history.map(({ seq }) => seq));
  const left = received.all.flatMap(({ event }) => (event.type === 'user.left' ? [event.user.userId] : []));
  expect(left.toSorted()).toEqual(['user-1', 'user-3', 'user-5', 'user-7', 'user-9']);
  await witness.close();
});

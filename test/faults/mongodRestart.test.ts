import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@earshot/server';
import { test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { sendSteadily, wholeHistory } from '../resources/load.ts';
import { somewhere } from '../resources/places.ts';
import { startPair } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { startMongod } from '../services/mongod.ts';

test.concurrent.for(['stop', 'kill'] as const)(
  'mongod is %sed and restarted: sends succeed or fail with a retryable error, and a repeat stores nothing twice',
  async (fault, { expect }) => {
    await using mongod = await startMongod();
    await using earshot = await startPair({ env: { MONGODB_URI: mongod.url }, log: createLogger('error') });
    const senders = Array.from({ length: 4 }, (_, i) =>
      stockClient((i % 2 ? earshot.b : earshot.a).url, { username: `User ${i}`, userId: `user-${i}` }),
    );
    const location = somewhere();
    const joined = await Promise.all(senders.map(({ api }) => api.rooms.join.mutate({ location })));
    const roomId = joined[0]?.room.id ?? '';
    const watches = senders.map(({ watch }) => watch(roomId));
    await Promise.all(watches.map((watch) => watch.until(() => true)));

    const load = sendSteadily(senders, { roomId, retry: true });
    await eventually(() => load.acknowledged.length > 100);
    await mongod[fault]();
    await eventually(async () => (await fetch(`${earshot.a.url}/ready`)).status === 503);
    expect(await (await fetch(`${earshot.b.url}/health`)).text()).toContain('store');
    await eventually(() => load.errors.length > 0, 20_000);
    await delay(1_000);
    await mongod.start();
    const before = load.acknowledged.length;
    await eventually(() => load.acknowledged.length > before + 100, 30_000);
    await eventually(async () => (await fetch(`${earshot.a.url}/ready`)).status === 200);
    await load.stop();

    for (const error of load.errors) {
      expect(error).toMatchObject({ data: { errorCode: 'STORE_UNAVAILABLE', retry: 'later', httpStatus: 503 } });
    }
    const [witness] = senders;
    if (witness === undefined) throw new Error('there is no witness');
    const history = await wholeHistory(witness, roomId);
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, i) => i + 1));
    const keys = history.map(({ userId, clientMessageId }) => `${userId} ${clientMessageId}`);
    expect(new Set(keys).size).toBe(keys.length);
    const stored = new Map(history.map((message) => [message.id, message]));
    for (const message of load.acknowledged) expect(stored.get(message.id)).toEqual(message);
    for (const watch of watches) {
      await watch.until(({ seq }) => seq >= history.length);
      const seen = watch.all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.seq] : []));
      expect(seen).toEqual(history.map(({ seq }) => seq));
    }
    await Promise.all(senders.map((client) => client.close()));
  },
);

import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { sendSteadily } from '../resources/load.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startPair } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { startRedis } from '../services/redis.ts';

test('Redis is down for 5 s under load: no socket closes, every change arrives once, within 3 s of the restart', async () => {
  await using redis = await startRedis();
  await using earshot = await startPair({ env: { REDIS_URL: redis.url } });
  const senders = Array.from({ length: 6 }, (_, i) =>
    stockClient((i % 2 ? earshot.b : earshot.a).url, { username: `User ${i}` }),
  );
  const location = somewhere();
  const joined = await Promise.all(senders.map(({ api }) => api.rooms.join.mutate({ location })));
  const roomId = joined[0]?.room.id ?? '';
  const watches = senders.map(({ watch }) => watch(roomId));
  await Promise.all(watches.map((watch) => watch.until(() => true)));
  using idle = await openRaw(earshot.a.url, { identity: { username: 'Idle' } });
  let closed = false;
  void idle.closed.then(() => {
    closed = true;
  });

  const load = sendSteadily(senders, { roomId });
  await eventually(() => load.acknowledged.length > 100);
  await redis.stop();
  await eventually(async () => (await fetch(`${earshot.a.url}/ready`)).status === 503);
  expect(await (await fetch(`${earshot.a.url}/health`)).text()).toContain('broker');
  const before = load.acknowledged.length;
  await delay(5_000); // the outage must be that long
  expect(load.acknowledged.length).toBeGreaterThan(before + 50); // sends succeed during the outage
  await redis.start();
  const backAt = Date.now();
  const duringOutage = Math.max(...load.acknowledged.map(({ seq }) => seq));

  await Promise.all(watches.map((watch) => watch.until(({ seq }) => seq >= duringOutage)));
  expect(Date.now() - backAt).toBeLessThan(3_000);
  await eventually(async () => (await fetch(`${earshot.a.url}/ready`)).status === 200);
  await load.stop();
  expect(load.errors).toEqual([]);

  const seqs = load.acknowledged.map(({ seq }) => seq).toSorted((a, b) => a - b);
  for (const watch of watches) {
    await watch.until(({ seq }) => seq >= (seqs.at(-1) ?? 0));
    const seen = watch.all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.seq] : []));
    expect(seen).toEqual(seqs);
    expect(watch.ended).toBe(false);
  }
  expect(closed).toBe(false);
  // Presence is complete again: every watcher is listed.
  const present = async () => (await senders[0]?.api.presence.list.query({ roomId }).catch(() => []))?.length;
  await eventually(async () => (await present()) === 6);
  await Promise.all(senders.map((client) => client.close()));
});

import { describe, expect, test } from 'vitest';
import { httpClient } from '../resources/httpClient.ts';
import { somewhere } from '../resources/places.ts';
import { deployments, startPair } from '../resources/server.ts';
import { stockClient, watchRoom } from '../resources/stockClient.ts';

describe.each(deployments)('$name: over HTTP', ({ start }) => {
  test('calls of one tick are sent in one batch and keep their order', async () => {
    await using earshot = await start();
    const { api, requests } = httpClient(earshot.a.url, { username: 'Zoë' });
    const { room } = await api.rooms.join.mutate({ location: somewhere() });
    const before = requests();
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_, i) => api.messages.send.mutate({ roomId: room.id, content: `${i}` })),
    );
    expect(requests() - before).toBe(1);
    expect(sent.map(({ seq, username }) => `${seq} ${username}`)).toEqual(
      Array.from({ length: 10 }, (_, i) => `${i + 1} Zoë`),
    );
  });
});

test('when an instance stops, its SSE watchers leave their rooms', async () => {
  await using earshot = await startPair();
  using ada = stockClient(earshot.b.url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  using roomWatch = ada.watch(room.id);
  await roomWatch.until(({ event }) => event.type === 'snapshot');
  const streams = await Promise.all(
    ['Bob', 'Eve', 'Joe'].map(async (username) => {
      const { api } = httpClient(earshot.a.url, { username });
      await api.rooms.join.mutate({ roomId: room.id });
      return watchRoom(api, { roomId: room.id });
    }),
  );
  await roomWatch.until(({ event }) => event.type === 'user.joined' && event.userCount === 4);
  await earshot.a.close();
  await roomWatch.until(({ event }) => event.type === 'user.left' && event.userCount === 1, 2_000);
  for (const stream of streams) stream.stop();
});

describe.each(deployments)('$name: probes', ({ start }) => {
  test('health, readiness and metrics', async () => {
    await using earshot = await start();
    const get = (path: string) => fetch(`${earshot.a.url}${path}`);
    const health = await get('/health');
    expect([health.status, await health.text()]).toEqual([200, 'OK']);
    expect(await (await get('/ready')).json()).toEqual({ ok: true, store: 'ok', broker: 'ok', stopping: false });
    expect(await (await get('/metrics')).text()).toMatch(/^earshot_watchers 0$/m);
    expect((await get('/nowhere')).status).toBe(404);
  });
});

import type { AppRouter } from '@earshot/server';
import { formatPosition, positionOf, transformer } from '@earshot/shared';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { deployments, startPair } from '../resources/server.ts';
import { stockClient, watchRoom } from '../resources/stockClient.ts';

/** tRPC's client without WebSocket: batches for calls, SSE for subscriptions. */
function httpClient(baseUrl: string, username: string) {
  const url = `${baseUrl}/trpc`;
  let requests = 0;
  const api = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url, transformer, EventSource, connectionParams: { username } }),
        false: httpBatchLink({
          url,
          transformer,
          headers: { 'x-earshot-username': encodeURIComponent(username) },
          fetch: (input, init) => {
            requests += 1;
            return fetch(input, init as RequestInit);
          },
        }),
      }),
    ],
  });
  return { api, requests: () => requests };
}

describe.each(deployments)('$name: over HTTP', ({ start }) => {
  test('calls of one tick are sent in one batch and keep their order', async () => {
    await using earshot = await start();
    const { api, requests } = httpClient(earshot.a.url, 'Zoë');
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

  test('a watch over SSE receives the same events as one over WebSocket', async () => {
    await using earshot = await start();
    const bob = httpClient(earshot.b.url, 'Bob');
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    await bob.api.rooms.join.mutate({ roomId });
    using adaWatch = ada.watch(roomId);
    await adaWatch.until(({ event }) => event.type === 'snapshot');
    using bobWatch = watchRoom(bob.api, { roomId });
    // Others are notified of Bob before his snapshot is read. Messages sent in between are in the snapshot.
    await bobWatch.until(({ event }) => event.type === 'snapshot');
    await adaWatch.until(({ event }) => event.type === 'user.joined');
    const sent = await bob.api.messages.send.mutate({ roomId, content: 'from the one to the other' });
    const expected = {
      id: formatPosition(positionOf(sent)),
      seq: 1,
      event: { type: 'message.created', message: sent },
    };
    for (const roomWatch of [adaWatch, bobWatch]) {
      expect(await roomWatch.until(({ event }) => event.type === 'message.created')).toEqual(expected);
    }
    bobWatch.stop();
    await adaWatch.until(({ event }) => event.type === 'user.left');
  });

  test('a dropped SSE stream resumes with its last event id', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    for (const content of ['one', 'two', 'three']) await ada.api.messages.send.mutate({ roomId, content });
    const input = encodeURIComponent(JSON.stringify(transformer.input.serialize({ roomId })));
    const params = encodeURIComponent(JSON.stringify({ username: 'Ada' }));
    const abort = new AbortController();
    const response = await fetch(`${earshot.b.url}/trpc/rooms.watch?input=${input}&connectionParams=${params}`, {
      headers: { 'last-event-id': '1', accept: 'text/event-stream' },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('"three"')) break;
    }
    abort.abort();
    expect([...text.matchAll(/^id: (\d+)-\w+$/gm)].map(([, id]) => id)).toEqual(['2', '3']);
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
      const { api } = httpClient(earshot.a.url, username);
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

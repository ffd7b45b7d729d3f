import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw, refusedUpgrade } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const metricsOf = async (url: string) => (await fetch(`${url}/metrics`)).text();

describe('limits', () => {
  test('the sockets of one address are limited, and closed ones are free again', async () => {
    await using earshot = await startEmbedded({ env: { SOCKETS_PER_ADDRESS: '2' } });
    const sockets = await Promise.all([1, 2].map(() => openRaw(earshot.a.url)));
    const { status, body, headers } = await refusedUpgrade(earshot.a.url);
    expect({ status, body }).toMatchObject({ status: 429, body: { code: 'TOO_MANY_SOCKETS' } });
    expect(headers['retry-after']).toBe('5');
    expect(await metricsOf(earshot.a.url)).toContain('earshot_refusals_total{limit="sockets",by="address"} 1');
    sockets[0]?.ws.close();
    await sockets[0]?.closed;
    using third = await openRaw(earshot.a.url);
    expect(third.ws.readyState).toBe(third.ws.OPEN);
    sockets[1]?.ws.terminate();
  });

  test.each(['/trpc', '/ws/lobby'])('unidentified sockets do not exclude other clients: %s', async (path) => {
    await using earshot = await startEmbedded({ env: { SOCKETS_PER_ADDRESS: '64' } });
    const open = () => openRaw(earshot.a.url, { path });
    const first = await open();
    const others = await Promise.all(Array.from({ length: 32 }, open));
    expect(await first.closed).toMatchObject({ code: 4412 });
    expect(others.every(({ ws }) => ws.readyState === ws.OPEN)).toBe(true);
    expect(await metricsOf(earshot.a.url)).toContain('earshot_refusals_total{limit="unidentified",by="address"} 1');
    for (const { ws } of others) ws.terminate();
  });

  test('with ALLOWED_ORIGINS other pages are rejected, programs are not', async () => {
    await using earshot = await startEmbedded({ env: { ALLOWED_ORIGINS: 'https://chat.example' } });
    const { url } = earshot.a;
    expect(await refusedUpgrade(url, { headers: { origin: 'https://evil.example' } })).toMatchObject({
      status: 403,
      body: { code: 'ORIGIN_REFUSED' },
    });
    for (const headers of [{ origin: 'https://chat.example' }, undefined]) {
      using socket = await openRaw(url, headers === undefined ? {} : { headers });
      expect(socket.ws.readyState).toBe(socket.ws.OPEN);
    }
    const allowed = async (origin: string) =>
      (await fetch(`${url}/health`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await allowed('https://chat.example')).toBe('https://chat.example');
    expect(await allowed('https://evil.example')).not.toBe('https://evil.example');
  });

  test('without it any page may connect if tokens are checked, and the preflight passes', async () => {
    await using earshot = await startEmbedded({ env: { JWT_SECRET: 'a secret of at least thirty-two bytes' } });
    using socket = await openRaw(earshot.a.url, { headers: { origin: 'https://any.example' } });
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
    const preflight = await fetch(`${earshot.a.url}/trpc/rooms.get`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://any.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  test('an upgrade at another path is rejected', async () => {
    await using earshot = await startEmbedded();
    expect(await refusedUpgrade(earshot.a.url, { path: '/elsewhere' })).toMatchObject({ status: 404 });
  });
});

describe('a client with many calls', () => {
  test('200 calls of one tick are sent in one frame and all answered in order', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const sends = Array.from({ length: 200 }, (_, i) =>
      ada.api.messages.send.mutate({ roomId: room.id, content: `${i}` }),
    );
    expect((await Promise.all(sends)).map(({ seq }) => seq)).toEqual(sends.map((_, i) => i + 1));
  });

  test('without a limit of watches, all 600 resume after a lost connection', async () => {
    await using earshot = await startEmbedded({ env: { WATCHES_PER_SOCKET: '0' } });
    await using proxy = await openFlakyProxy(earshot.a.url);
    using ada = stockClient(proxy.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const watches = Array.from({ length: 600 }, () => ada.watch(room.id, { history: 0 }));
    await Promise.all(watches.map((watch) => watch.until(({ event }) => event.type === 'snapshot')));
    proxy.cut();
    await eventually(() => earshot.a.stats().sockets === 0);
    proxy.mend();
    await eventually(() => earshot.a.stats().watchers === 600);
    await ada.api.messages.send.mutate({ roomId: room.id, content: 'again' });
    await Promise.all(watches.map((watch) => watch.until(({ event }) => event.type === 'message.created')));
  });

  test('a client that never reads its answers takes little memory of the server', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const content = 'x'.repeat(2_000);
    for (let i = 0; i < 100; i++) await ada.api.messages.send.mutate({ roomId: room.id, content });
    using slowReader = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
    slowReader.ws.pause();
    const before = process.memoryUsage().rss;
    const call = {
      method: 'query',
      params: { path: 'messages.history', input: { json: { roomId: room.id, limit: 100 } } },
    };
    for (let frame = 0; frame < 12; frame++) {
      slowReader.send(Array.from({ length: 100 }, (_, i) => ({ id: frame * 100 + i, ...call })));
    }
    // All answers would be 1,200 times 230 kB. Another client is served meanwhile.
    for (let i = 0; i < 20; i++) await ada.api.messages.history.query({ roomId: room.id, limit: 100 });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    slowReader.ws.resume();
    await slowReader.frames.untilAll((all) => all.length >= 300, 25_000);
  });
});

describe('ways around the limits', () => {
  test('event streams count as sockets', async () => {
    await using earshot = await startEmbedded({ env: { SOCKETS_PER_ADDRESS: '2' } });
    const { url } = earshot.a;
    using ada = stockClient(url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const abort = new AbortController();
    const watch = () => {
      const input = encodeURIComponent(JSON.stringify({ json: { roomId: room.id } }));
      const params = encodeURIComponent(JSON.stringify({ username: 'Ada' }));
      return fetch(`${url}/trpc/rooms.watch?input=${input}&connectionParams=${params}`, {
        headers: { accept: 'text/event-stream' },
        signal: abort.signal,
      });
    };
    expect((await watch()).headers.get('content-type')).toContain('text/event-stream');
    // tRPC sends a stream's errors inside the stream.
    expect(await (await watch()).text()).toContain('TOO_MANY_SOCKETS');
    abort.abort();
    await eventually(() => earshot.a.stats().watchers === 0);
    using again = await openRaw(url);
    expect(again.ws.readyState).toBe(again.ws.OPEN);
  });
});

test('a rejected upgrade whose client keeps its end open is terminated and blocks nothing', async () => {
  await using earshot = await startEmbedded();
  const { port } = new URL(earshot.a.url);
  const client = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  client.write(['GET /nowhere HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', '', ''].join('\r\n'));
  client.resume();
  await once(client, 'end'); // the server has sent its answer
  client.on('error', () => {}); // the answer to further data
  const closed = earshot.a.close().then(() => 'closed');
  const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'held up').unref());
  expect(await Promise.race([closed, late])).toBe('closed');
  client.destroy();
});

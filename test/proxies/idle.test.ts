import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { somewhere } from '../resources/places.ts';
import { startPair } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { site, startNginx } from './proxy.ts';

/** Seconds of silence after which the proxy closes a connection: slightly more than the server's ping interval. */
const limit = 32;

test('idle connections stay open longer than the proxy’s idle timeout', async () => {
  await using pair = await startPair({ env: { TRUST_PROXY: '1', ALLOWED_HOSTS: site } });
  const upstreams = [pair.a, pair.b].map(({ url }) => new URL(url).host);
  await using proxy = await startNginx(upstreams, [
    ['proxy_read_timeout 120s;', `proxy_read_timeout ${limit}s;`],
    ['proxy_send_timeout 120s;', `proxy_send_timeout ${limit}s;`],
  ]);
  using ada = stockClient(pair.a.url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const sockets = ['/trpc', '/ws/lobby'].map((path) => new WebSocket(`wss://localhost:${proxy.port}${path}`));
  const stream = await openStream(proxy.url, room.id);
  const since = performance.now();
  // The first ping comes within half a minute, the second half a minute later.
  await Promise.all([...sockets.map((socket) => pings(socket, 2)), streamPings(stream, 4)]);
  expect(performance.now() - since).toBeGreaterThan(limit * 1_000);
  for (const socket of sockets) socket.terminate();
  stream.destroy();
}, 90_000);

async function pings(socket: WebSocket, count: number): Promise<void> {
  const closed = once(socket, 'close').then(([code]) => Promise.reject(new Error(`closed with ${code}`)));
  closed.catch(() => {});
  for (let n = 0; n < count; n += 1) await Promise.race([once(socket, 'ping'), closed]);
}

async function streamPings(stream: IncomingMessage, count: number): Promise<void> {
  let text = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if ((text.match(/^event: ping$/gm) ?? []).length >= count) return;
  }
  throw new Error(`the stream ended: ${text}`);
}

async function openStream(url: string, roomId: string): Promise<IncomingMessage> {
  const input = encodeURIComponent(JSON.stringify({ json: { roomId } }));
  const params = encodeURIComponent(JSON.stringify({ username: 'Ada' }));
  const request = get(`${url}/trpc/rooms.watch?input=${input}&connectionParams=${params}`, {
    headers: { accept: 'text/event-stream' },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

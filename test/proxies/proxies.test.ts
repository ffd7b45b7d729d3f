import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { createEarshotClient } from '@earshot/client';
import { EventSource } from 'eventsource';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { launch } from '../resources/browser.ts';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { sendSteadily, wholeHistory } from '../resources/load.ts';
import { composer, enterNearest, say } from '../resources/page.ts';
import { somewhere } from '../resources/places.ts';
import { startPair } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { proxies, site } from './proxy.ts';

interface StartOptions {
  start: (typeof proxies)[number]['start'];
  env?: Record<string, string>;
}

/** Starts two instances behind the proxy. */
async function startSite({ start, env = {} }: StartOptions) {
  await using stack = new AsyncDisposableStack();
  const pair = stack.use(await startPair({ env: { TRUST_PROXY: '1', ALLOWED_HOSTS: site, ...env } }));
  const proxy = stack.use(await start([pair.a, pair.b].map(({ url }) => new URL(url).host)));
  const owned = stack.move();
  return { proxy, url: proxy.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Sends a request over TLS to the proxy, with the site's host name. */
async function ask(port: number, path: string, headers: Record<string, string> = {}, body = '') {
  const method = body === '' ? 'GET' : 'POST';
  const host = `${site}:${port}`;
  const sent = request({ host: '127.0.0.1', servername: site, port, path, method, headers: { host, ...headers } });
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: Number(response.statusCode), text };
}

/** Requests an upgrade from that local address. Resolves to the status. */
function upgrade(port: number, localAddress: string, headers: Record<string, string> = {}) {
  const agent = new Agent({ localAddress, servername: 'localhost' });
  const ws = new WebSocket(`wss://127.0.0.1:${port}/trpc`, {
    agent,
    headers: { host: `localhost:${port}`, ...headers },
  });
  return new Promise<{ status: number; ws: WebSocket }>((resolve, reject) => {
    ws.on('open', () => resolve({ status: 101, ws }));
    ws.on('unexpected-response', (_request, response) => {
      resolve({ status: response.statusCode ?? 0, ws });
      ws.terminate();
    });
    ws.on('error', reject);
  });
}

describe.each(proxies)('behind $name with its file in deploy/', ({ start }) => {
  test('the page works over HTTPS and can use the device’s location', async () => {
    await using earshot = await startSite({ start });
    const origin = `https://${site}:${earshot.proxy.port}`;
    const browser = await launch([`--host-resolver-rules=MAP ${site} 127.0.0.1`, '--ignore-certificate-errors']);
    await using _ = { [Symbol.asyncDispose]: () => browser.close() };
    const place = somewhere();
    const visit = async (name: string) => {
      const storedState = {
        'earshot.identity': { token: null, user: { userId: `id-${name}`, username: name } },
        'earshot.place': { location: place, shared: false },
      };
      const localStorage = Object.entries(storedState).map(([key, value]) => ({
        name: key,
        value: JSON.stringify(value),
      }));
      const context = await browser.newContext({
        ...{ ignoreHTTPSErrors: true, locale: 'en-GB', geolocation: place, permissions: ['geolocation'] },
        storageState: { cookies: [], origins: [{ origin, localStorage }] },
      });
      const page = await context.newPage();
      const sockets: string[] = [];
      page.on('websocket', (socket) => sockets.push(socket.url()));
      await page.goto(origin);
      return { page, sockets };
    };
    const ada = await visit('Ada');
    const located = await ada.page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords.latitude), reject);
        }),
    );
    expect(located).toBeCloseTo(place.latitude);
    await enterNearest(ada);
    const bob = await visit('Bob');
    await enterNearest(bob);
    await say(ada, 'Through the proxy');
    await bob.page.getByRole('article').filter({ hasText: 'Through the proxy' }).waitFor();
    await composer(bob.page).waitFor();
    expect(ada.sockets[0]).toContain(`wss://${site}:`);
  });

  test('events arrive at once on an open event stream and on the legacy wire', async () => {
    await using earshot = await startSite({ start });
    const { url } = earshot;
    await using reader = {
      client: createEarshotClient({ url, username: 'Ada', transport: 'http', EventSource }),
      [Symbol.asyncDispose]: () => reader.client.close(),
    };
    await using writer = {
      client: createEarshotClient({ url, username: 'Bob' }),
      [Symbol.asyncDispose]: () => writer.client.close(),
    };
    const location = somewhere();
    const read = await reader.client.watchRoom({ location });
    const written = await writer.client.watchRoom({ location });
    await eventually(() => read.state.get().status === 'live');
    for (const text of ['first', 'second', 'third']) {
      await written.send(text);
      await eventually(() => read.state.get().messages.some(({ content }) => content === text), 5_000);
    }
    const locationId = someLocationId();
    using carol = await joinLegacy(url, locationId, 'Carol');
    using dave = await joinLegacy(url, locationId, 'Dave');
    carol.send({ type: 'Message', content: 'hello' });
    await dave.until('NewMessage', ({ data }) => JSON.stringify(data).includes('hello'));
  });

  test('limits count the addresses of clients, regardless of forged headers', async () => {
    await using earshot = await startSite({ start, env: { SOCKETS_PER_ADDRESS: '1' } });
    const { port } = earshot.proxy;
    const forged = (i: number) => ({ 'x-forwarded-for': `203.0.113.${i}`, forwarded: `for=198.51.100.${i}` });
    const opened = [];
    for (let i = 0; i < 6; i += 1) opened.push(await upgrade(port, '127.0.0.2', forged(i)));
    const honest = await upgrade(port, '127.0.0.2');
    const other = await upgrade(port, '127.0.0.3');
    for (const { ws } of [...opened, honest, other]) ws.terminate();
    const statuses = opened.map(({ status }) => status);
    // Connections with forged headers count for the client's address, not for the proxy's.
    expect([honest.status, other.status]).toEqual([429, 101]);
    // The limit applies to each of the two instances.
    expect(statuses.filter((status) => status === 101).length).toBeLessThanOrEqual(2);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4);
  });

  test('the page’s own origin is that of the proxy, and a forged host does not change it', async () => {
    await using earshot = await startSite({ start });
    const { port } = earshot.proxy;
    const own = `https://${site}:${port}`;
    const guest = (headers: Record<string, string>) =>
      ask(port, '/trpc/auth.guest', { 'content-type': 'application/json', ...headers }, '{"json":{"username":"Ada"}}');
    expect((await guest({ origin: own })).text).not.toContain('REFUSED');
    const foreign = {
      origin: 'https://evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=1.2.3.4;host=evil.example',
    };
    expect((await guest(foreign)).text).toContain('ORIGIN_REFUSED');
    expect((await ask(port, '/metrics')).status).toBe(404);
  });

  test('long URLs and large bodies that the server accepts pass the proxy', async () => {
    await using earshot = await startSite({ start });
    const { port } = earshot.proxy;
    expect((await ask(port, `/health?${'x'.repeat(12_000)}`)).status).toBe(200);
    const body = JSON.stringify({ json: { username: 'x'.repeat(200_000) } });
    const answer = await ask(port, '/trpc/auth.guest', { 'content-type': 'application/json' }, body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('"code"')]);
  });

  test.each([400_000, 1_900_000, 4_000_000])('a body of %i bytes is rejected with an error code', async (length) => {
    await using earshot = await startSite({ start });
    const body = JSON.stringify({ json: { username: 'x'.repeat(length) } });
    const { port } = earshot.proxy;
    for (let i = 0; i < 5; i += 1) {
      const answer = await ask(port, '/trpc/auth.guest', { 'content-type': 'application/json' }, body);
      expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('"code":"FRAME_TOO_LARGE"')]);
    }
  });

  test('a reload under load loses and duplicates nothing, and all clients reconnect', async () => {
    await using earshot = await startSite({ start, env: { SOCKETS_PER_ADDRESS: '0' } });
    const clients = Array.from({ length: 8 }, (_, i) =>
      stockClient(earshot.url, { username: `User ${i}`, userId: `user-${i}` }),
    );
    await using _ = { [Symbol.asyncDispose]: async () => void (await Promise.all(clients.map((c) => c.close()))) };
    const location = somewhere();
    const joined = await Promise.all(clients.map(({ api }) => api.rooms.join.mutate({ location })));
    const roomId = joined[0]?.room.id ?? '';
    const watches = clients.map(({ watch }) => watch(roomId));
    await Promise.all(watches.map((watch) => watch.until(() => true)));
    const load = sendSteadily(clients, { roomId, retry: true });
    for (let reloads = 1; reloads <= 2; reloads += 1) {
      await eventually(() => load.acknowledged.length > 100 * reloads);
      await earshot.proxy.reload();
    }
    const reloadedAt = load.acknowledged.length;
    await eventually(() => load.acknowledged.length > reloadedAt + 100, 20_000);
    await load.stop();
    const [witness] = clients;
    if (witness === undefined) throw new Error('there is no witness');
    const history = await wholeHistory(witness, roomId);
    const seqs = history.map(({ seq }) => seq);
    expect(new Set(history.map(({ content }) => content)).size).toBe(history.length);
    expect(history.map(({ id }) => id).toSorted()).toEqual(load.acknowledged.map(({ id }) => id).toSorted());
    for (const watch of watches) {
      await watch.until(({ seq }) => seq >= (seqs.at(-1) ?? 0));
      expect(watch.all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.seq] : []))).toEqual(
        seqs,
      );
    }
  });
});

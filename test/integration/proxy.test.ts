import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { openRaw, refusedUpgrade } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';

/** Headers as a local proxy sends them, for a client at that address. */
const from = (address: string) => ({ 'x-forwarded-for': address });
const [ada, bob] = ['203.0.113.1', '203.0.113.2'];
const guest = { json: { username: 'Guest' } };
const behindProxy = { TRUST_PROXY: 'loopback' };

describe('behind a proxy, limits count the client’s address', () => {
  test('of sockets on both wires and of event streams', async () => {
    await using earshot = await startEmbedded({ env: { ...behindProxy, SOCKETS_PER_ADDRESS: '2' } });
    const { url } = earshot.a;
    using _first = await openRaw(url, { headers: from(ada) });
    const abort = new AbortController();
    const stream = (address: string) => {
      const input = encodeURIComponent(JSON.stringify({ json: { roomId: 'nowhere' } }));
      const headers = { accept: 'text/event-stream', ...from(address) };
      return fetch(`${url}/trpc/rooms.watch?input=${input}`, { headers, signal: abort.signal });
    };
    using second = await openLegacy(url, someLocationId(), { headers: from(`198.51.100.7, ${ada}`) });
    expect(await refusedUpgrade(url, { headers: from(ada) })).toMatchObject({ status: 429 });
    expect(await (await stream(ada)).text()).toContain('TOO_MANY_SOCKETS');
    expect(await (await stream(bob)).text()).toContain('UNAUTHENTICATED');
    using other = await openRaw(url, { headers: from(bob) });
    expect(other.ws.readyState).toBe(other.ws.OPEN);
    second.ws.close();
    await eventually(async () => {
      using again = await openRaw(url, { headers: from(ada) }).catch(() => null);
      return again !== null;
    });
    abort.abort();
  });

  test('IPv6 by /64', async () => {
    await using earshot = await startEmbedded({ env: { ...behindProxy, SOCKETS_PER_ADDRESS: '1' } });
    const { url } = earshot.a;
    using _first = await openRaw(url, { headers: from('2001:db8:1:2::1') });
    expect(await refusedUpgrade(url, { headers: from('2001:db8:1:2:ffff::9') })).toMatchObject({ status: 429 });
    using other = await openRaw(url, { headers: from('2001:db8:1:3::1') });
    expect(other.ws.readyState).toBe(other.ws.OPEN);
  });

  test('with any zone: no header of a client stops the server', async () => {
    await using earshot = await startEmbedded({ env: behindProxy });
    const { url } = earshot.a;
    const [zoned, other] = [from(`fe80::1%a-b, ${ada}`), from('fe80::1%eth0.100')];
    for (const headers of [zoned, other, { forwarded: 'for="[fe80::1%a:b]:80"' }]) {
      using socket = await openRaw(url, { headers });
      expect(socket.ws.readyState).toBe(socket.ws.OPEN);
      expect((await fetch(`${url}/trpc/rooms.get?input={}`, { headers })).status).toBe(400);
    }
  });

  test('for guests, over HTTP and WebSocket', async () => {
    await using earshot = await startEmbedded({ env: { ...behindProxy, SEND_RATE: '5' } });
    const { url } = earshot.a;
    const guests = async (address: string, count: number) => {
      const body = JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [i, guest])));
      const path = Array.from({ length: count }, () => 'auth.guest').join();
      const headers = { 'content-type': 'application/json', ...from(address) };
      return (await fetch(`${url}/trpc/${path}?batch=1`, { method: 'POST', headers, body })).text();
    };
    for (let i = 0; i < 5; i += 1) expect(await guests(ada, 20)).not.toContain('RATE_LIMITED');
    expect(await guests(ada, 20)).toContain('RATE_LIMITED');
    expect(await guests(bob, 1)).not.toContain('RATE_LIMITED');
    using socket = await openRaw(url, { headers: from(ada) });
    for (let id = 1; id <= 20; id += 1) {
      socket.send({ id, method: 'mutation', params: { path: 'auth.guest', input: guest } });
    }
    expect(JSON.stringify(await socket.frames.until((frame) => JSON.stringify(frame).includes('error')))).toContain(
      'RATE_LIMITED',
    );
  });
});

describe('with ids chosen by clients, limits count addresses as well', () => {
  const post = (url: string, address: string, { path, body }: { path: string; body: object }) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...from(address) },
      body: JSON.stringify(body),
    }).then(({ status }) => status);
  const claim = (i: number) => ({ user_id: `user-${i}`, username: `User ${i}` });

  test('messages', async () => {
    const env = { ...behindProxy, SEND_RATE: '0.01', SEND_BURST: '2', USERS_PER_ADDRESS: '3' };
    await using earshot = await startEmbedded({ env });
    const room = someLocationId();
    const send = (address: string, i: number) =>
      post(earshot.a.url, address, { path: '/messages', body: { ...claim(i), location_id: room, content: 'hi' } });
    for (let i = 0; i < 6; i += 1) expect(await send(ada, i)).toBe(200);
    expect(await send(ada, 6)).toBe(429);
    expect(await send(bob, 6)).toBe(200);
  });

  test('rooms', async () => {
    await using earshot = await startEmbedded({ env: { ...behindProxy, SEND_RATE: '5' } });
    const join = (address: string, i: number) =>
      post(earshot.a.url, address, { path: '/join', body: { ...claim(i), location_id: someLocationId() } });
    const statuses = await Promise.all(Array.from({ length: 120 }, (_, i) => join(ada, i)));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10);
    expect(await join(bob, 121)).toBe(200);
  });
});

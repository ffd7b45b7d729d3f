import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { keepAlive } from './keepAlive.ts';

const intervalMs = 64;

afterEach(() => {
  vi.useRealTimers();
});

async function pair(options: ClientOptions = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  keepAlive(server, intervalMs);
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  const opened = once(client, 'open');
  const [near]: WebSocket[] = await once(server, 'connection');
  await opened;
  if (near === undefined) throw new Error('no connection');
  const dispose = () => {
    client.terminate();
    server.close();
  };
  return { server, near, client, [Symbol.dispose]: dispose };
}

async function pings(client: WebSocket, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await once(client, 'ping');
}

test('a client that answers pings stays connected', async () => {
  using line = await pair();
  await pings(line.client, 4);
  expect(line.near.readyState).toBe(WebSocket.OPEN);
});

test('a client that answers no ping but sends other data stays connected', async () => {
  using line = await pair({ autoPong: false });
  line.client.on('ping', () => line.client.send('still here'));
  await pings(line.client, 4);
  expect(line.near.readyState).toBe(WebSocket.OPEN);
});

test('a silent client is terminated after one unanswered ping', async () => {
  using line = await pair({ autoPong: false });
  let pingCount = 0;
  line.client.on('ping', () => {
    pingCount += 1;
  });
  const [code] = await once(line.near, 'close');
  expect([code, pingCount]).toEqual([1006, 1]);
});

test('a client that sends data is not pinged', async () => {
  using line = await pair();
  let asked = 0;
  line.client.on('ping', () => {
    asked += 1;
  });
  const chat = setInterval(() => line.client.send('a word'), intervalMs / 8);
  using _chat = { [Symbol.dispose]: () => clearInterval(chat) };
  for (let words = 0; words < 40; words += 1) await once(line.near, 'message');
  expect(asked).toBe(0);
});

test('the pings to many clients are spread over the interval', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  using line = await pair();
  const { port } = line.server.address() as AddressInfo;
  const clients = [line.client, ...Array.from({ length: 31 }, () => new WebSocket(`ws://127.0.0.1:${port}`))];
  await Promise.all(clients.slice(1).map((client) => once(client, 'open')));
  const asked = Array.from(line.server.clients, (socket) => vi.spyOn(socket, 'ping'));
  const count = () => asked.filter(({ mock }) => mock.calls.length > 0).length;
  vi.advanceTimersByTime(intervalMs);
  expect(count()).toBe(0); // the first check of a socket counts as activity
  vi.advanceTimersByTime(intervalMs / 4);
  expect(count()).toBe(8);
  vi.advanceTimersByTime((intervalMs / 4) * 3);
  expect(count()).toBe(32);
  for (const client of clients) client.terminate();
});

test('a socket that has closed is not checked any more', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  using line = await pair();
  const ping = vi.spyOn(line.near, 'ping');
  const terminate = vi.spyOn(line.near, 'terminate');
  line.client.terminate();
  await once(line.near, 'close');
  vi.advanceTimersByTime(4 * intervalMs);
  expect([ping.mock.calls, terminate.mock.calls]).toEqual([[], []]);
});

test('a paused socket may have received an answer, so it is pinged again before it is terminated', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  using line = await pair({ autoPong: false });
  const ping = vi.spyOn(line.near, 'ping');
  vi.advanceTimersByTime(2 * intervalMs);
  expect(ping).toHaveBeenCalledTimes(1);
  line.near.pause();
  vi.advanceTimersByTime(3 * intervalMs);
  expect(line.near.readyState).toBe(WebSocket.OPEN);
  line.near.resume();
  vi.advanceTimersByTime(2 * intervalMs);
  expect(ping).toHaveBeenCalledTimes(2);
  expect(line.near.readyState).toBe(WebSocket.OPEN);
  vi.advanceTimersByTime(intervalMs);
  expect(line.near.readyState).not.toBe(WebSocket.OPEN);
});

test('a client with much unread data gets more time, because the ping waits behind it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  using line = await pair();
  line.client.pause();
  const much = Buffer.alloc(64 * 1024);
  // More than the socket buffers of both ends hold.
  for (let sent = 0; sent < 256; sent += 1) line.near.send(much);
  const ping = vi.spyOn(line.near, 'ping');
  vi.advanceTimersByTime(5 * intervalMs);
  expect(line.near.readyState).toBe(WebSocket.OPEN);
  expect(ping).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(intervalMs);
  expect(line.near.readyState).not.toBe(WebSocket.OPEN);
});

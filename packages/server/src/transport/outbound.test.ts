import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Outbound } from './outbound.ts';
import { textFrame } from './textFrame.ts';

/** A real pair of sockets; the client reads nothing until told. */
async function pair({ perMessageDeflate = false } = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [near, { socket: stream }] = (await once(server, 'connection')) as [WebSocket, IncomingMessage];
  if (client.readyState !== client.OPEN) await once(client, 'open');
  client.pause();
  const dispose = () => {
    client.terminate();
    server.close();
  };
  return { near, socket: near, stream, client, [Symbol.dispose]: dispose };
}

function fill(socket: WebSocket): void {
  while (socket.bufferedAmount <= 8 * 1024 * 1024) socket.send('x'.repeat(64 * 1024));
}

test('waits while too much is unread, and goes on when it has been read', async () => {
  using line = await pair();
  const reported: string[] = [];
  const outbound = new Outbound(line, (code) => reported.push(code));
  await outbound.writable(); // nothing is unread yet
  fill(line.near);
  let done = false;
  const waiting = Promise.all([outbound.writable(), outbound.writable()]).then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toBe(false);
  line.client.resume();
  await waiting;
  expect(line.near.bufferedAmount).toBeLessThanOrEqual(1024 * 1024);
  expect(reported).toEqual([]);
});

test('a reader that stays behind is closed with 4408, once it reads again, and counted once', async () => {
  using line = await pair();
  const reported: string[] = [];
  const outbound = new Outbound(line, (code) => reported.push(code), { patienceMs: 200 });
  fill(line.near);
  await Promise.all([outbound.writable(), outbound.writable()]);
  expect(reported).toEqual(['SLOW_CONSUMER']);
  line.client.resume();
  const [code] = await once(line.client, 'close');
  expect(code).toBe(4408);
});

test('one that never reads again is cut off', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {}, { patienceMs: 100, lastChanceMs: 100 });
  fill(line.near);
  const closed = once(line.near, 'close');
  await outbound.writable();
  const [code] = await closed;
  expect(code).toBe(1006);
});

test('is not read from while too much is unread', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  line.near.on('message', () => void outbound.limitReading(() => 0));
  fill(line.near);
  const received: string[] = [];
  line.near.on('message', (data) => received.push(String(data)));
  line.client.send('first');
  await once(line.near, 'message');
  expect(line.near.isPaused).toBe(true);
  line.client.send('second');
  line.client.resume();
  await once(line.near, 'message');
  expect(received).toEqual(['first', 'second']);
  expect(line.near.isPaused).toBe(false);
});

test('frames built elsewhere come between those of ws, none when too much is unread, and none after the close', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const received: string[] = [];
  line.client.on('message', (data) => received.push(String(data).slice(0, 6)));
  line.near.send('first');
  expect(outbound.writeFrames(textFrame('second'))).toBe(true);
  line.near.send('third');
  fill(line.near);
  const before = line.stream.bytesWritten;
  expect(outbound.writeFrames(textFrame('lost'))).toBe(false);
  expect(line.stream.bytesWritten).toBe(before);
  line.client.resume();
  await outbound.writable();
  line.near.close();
  const closing = line.stream.bytesWritten;
  expect(outbound.writeFrames(textFrame('late'))).toBe(true); // taken, and of no use
  expect(line.stream.bytesWritten).toBe(closing);
  await once(line.client, 'close');
  expect(received.slice(0, 3)).toEqual(['first', 'second', 'third']);
  expect(received.slice(3).every((text) => text === 'xxxxxx')).toBe(true);
});

test('a socket that compresses takes none', async () => {
  using line = await pair({ perMessageDeflate: true });
  expect(new Outbound(line, () => {}).takesFrames).toBe(false);
});

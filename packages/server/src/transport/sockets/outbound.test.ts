import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Outbound } from './outbound.ts';
import { socketOptions } from './socketOptions.ts';
import { textFrame } from './textFrame.ts';

/** A real pair of sockets. The client is paused. */
async function pair({ compression = false } = {}) {
  const { perMessageDeflate = false } = socketOptions({ frameBytes: 65_536, compression });
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

test('waits while too much is unread, and continues when it has been read', async () => {
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

test('a reader that stays behind is reported once, and gets close code 4408 when it reads again', async () => {
  using line = await pair();
  const reported: string[] = [];
  const outbound = new Outbound(line, (code) => reported.push(code), { timeoutMs: 200 });
  fill(line.near);
  await Promise.all([outbound.writable(), outbound.writable()]);
  expect(reported).toEqual(['SLOW_CONSUMER']);
  line.client.resume();
  const [code] = await once(line.client, 'close');
  expect(code).toBe(4408);
});

test('a slow reader has 30 seconds, and then 10 to read the close frame', async () => {
  using line = await pair();
  const reported: string[] = [];
  const outbound = new Outbound(line, (code) => reported.push(code));
  fill(line.near);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const closed = once(line.near, 'close');
  void outbound.writable();
  await vi.advanceTimersByTimeAsync(29_800);
  expect([reported, line.near.readyState]).toEqual([[], line.near.OPEN]);
  await vi.advanceTimersByTimeAsync(300);
  expect([reported, line.near.readyState]).toEqual([['SLOW_CONSUMER'], line.near.CLOSING]);
  await vi.advanceTimersByTimeAsync(9_800);
  expect(line.stream.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(300);
  expect(line.stream.destroyed).toBe(true);
  await closed;
});

test('a reader that never reads again is terminated', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {}, { timeoutMs: 100, closeTimeoutMs: 100 });
  fill(line.near);
  const closed = once(line.near, 'close');
  await outbound.writable();
  const [code] = await closed;
  expect(code).toBe(1006);
});

test('frames built elsewhere stay in order with those of ws, with none when too much is unread and none after the close', async () => {
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
  expect(outbound.writeFrames(textFrame('late'))).toBe(true); // accepted and discarded
  expect(line.stream.bytesWritten).toBe(closing);
  await once(line.client, 'close');
  expect(received.slice(0, 3)).toEqual(['first', 'second', 'third']);
  expect(received.slice(3).every((text) => text === 'xxxxxx')).toBe(true);
});

test('texts are written at the end of the tick, in order with other frames, and none once the socket is closing', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const received: string[] = [];
  line.client.on('message', (data) => received.push(String(data)));
  line.client.resume();
  outbound.send('one');
  line.near.send('two');
  outbound.writeFrames(textFrame('three'));
  outbound.send('four');
  expect(line.stream.writableCorked).toBe(1);
  line.near.close();
  outbound.send('five');
  await once(line.client, 'close');
  expect(received).toEqual(['one', 'two', 'three', 'four']);
});

test('an answer waits for expected frames, and is written with them', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const before = line.stream.bytesWritten;
  outbound.expectFrames();
  outbound.send('answer');
  await new Promise(process.nextTick);
  expect([line.stream.writableCorked, line.stream.writableLength]).toEqual([1, 8]);
  outbound.writeFrames(textFrame('event'));
  expect([line.stream.writableCorked, line.stream.bytesWritten - before]).toEqual([0, 8 + 7]);
  outbound.send('next');
  await new Promise(process.nextTick);
  expect([line.stream.writableCorked, line.stream.bytesWritten - before]).toEqual([0, 8 + 7 + 6]);
});

test('an answer does not wait longer than a tick for frames that do not come', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const before = line.stream.bytesWritten;
  outbound.expectFrames();
  outbound.send('answer');
  await new Promise(setImmediate);
  expect([line.stream.writableCorked, line.stream.bytesWritten - before]).toEqual([0, 8]);
});

test.each([
  ['a text', (outbound: Outbound) => outbound.send('next')],
  ['a frame of one socket', (outbound: Outbound) => outbound.sendFrame(textFrame('next'))],
  ['shared frames', (outbound: Outbound) => outbound.writeFrames(textFrame('next'))],
  ['shared frames with more', (outbound: Outbound) => outbound.writeFrames(textFrame('next'), true)],
])('a text that is sent ahead is written with %s that follows', async (_next, follow) => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const before = line.stream.bytesWritten;
  outbound.sendAhead('ahead');
  await new Promise(setImmediate);
  expect([line.stream.writableCorked, line.stream.writableLength]).toEqual([1, 7]);
  follow(outbound);
  await new Promise(process.nextTick);
  expect([line.stream.writableCorked, line.stream.bytesWritten - before]).toEqual([0, 7 + 6]);
});

test('a flush writes a text that was sent ahead, and does nothing without one', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const before = line.stream.bytesWritten;
  outbound.sendAhead('ahead');
  outbound.flushAhead();
  expect([line.stream.writableCorked, line.stream.bytesWritten - before]).toEqual([0, 7]);
  outbound.flushAhead(); // nothing waits
  expect(line.stream.writableCorked).toBe(0);
});

test('a text that is sent ahead waits, and is written although nothing follows', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const received = once(line.client, 'message');
  line.client.resume();
  outbound.sendAhead('ahead');
  expect(line.stream.writableCorked).toBe(1);
  expect(String((await received)[0])).toBe('ahead');
  expect(line.stream.writableCorked).toBe(0);
});

test('frames with `more` are written together, and others at once', async () => {
  using line = await pair();
  const outbound = new Outbound(line, () => {});
  const received: string[] = [];
  line.client.on('message', (data) => received.push(String(data)));
  line.client.resume();
  const before = line.stream.bytesWritten;
  outbound.writeFrames(textFrame('one'));
  expect(line.stream.writableCorked).toBe(0);
  outbound.writeFrames(textFrame('two'), true);
  outbound.writeFrames(textFrame('three'), true);
  outbound.writeFrames(textFrame('four'));
  expect([line.stream.writableCorked, line.stream.writableLength]).toEqual([1, 5 + 7 + 6]);
  await new Promise(process.nextTick);
  expect([line.stream.writableCorked, line.stream.bytesWritten - before]).toEqual([0, 5 + 5 + 7 + 6]);
  line.near.close();
  await once(line.client, 'close');
  expect(received).toEqual(['one', 'two', 'three', 'four']);
});

test('a socket with compression gets its frames in order, with long texts compressed', async () => {
  using line = await pair({ compression: true });
  const outbound = new Outbound(line, () => {});
  const received: string[] = [];
  line.client.on('message', (data) => received.push(String(data)));
  const texts = [1_023, 1_024, 5, 100_000, 2_000].map((length, n) => `${n}`.padEnd(length, 'x'));
  for (const [n, text] of texts.entries()) {
    if (n % 3 === 0) outbound.send(text);
    else if (n % 3 === 1) outbound.sendFrame(outbound.frame(text));
    else outbound.writeFrames(outbound.frame(text));
  }
  line.near.close();
  line.client.resume();
  await once(line.client, 'close');
  expect(received).toEqual(texts);
  expect(line.stream.bytesWritten).toBeLessThan(3_000);
});

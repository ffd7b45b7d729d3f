import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Connection } from '../../domain/connection.ts';
import type { Report } from '../errors/report.ts';
import { AddressStarts } from './addressStarts.ts';
import { type ClientSocket, clientOf, createSocketServer } from './clientSocket.ts';
import { UnidentifiedSockets } from './unidentifiedSockets.ts';

afterEach(() => void vi.useRealTimers());

/** A client on a real socket. */
async function pair() {
  const report = vi.fn<Report>();
  const inFlight = { isDraining: false };
  const parts = {
    ...{ report, inFlight, wire: 'test socket', slowReaders: {} },
    source: { clientAddress: () => '192.0.2.1' },
    addressStarts: new AddressStarts({ isBounded: true }),
    unidentified: new UnidentifiedSockets({ isBounded: false, report }),
  };
  const server = createSocketServer(parts, { frameBytes: 1_000, compression: false });
  const http = createServer();
  http.on('upgrade', (request, socket, head) =>
    server.handleUpgrade(request, socket, head, (near) => server.emit('connection', near, request)),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const far = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  far.on('error', () => {});
  const [[near]]: [WebSocket[], unknown] = await Promise.all([once(server, 'connection'), once(far, 'open')]);
  if (near === undefined) throw new Error('no connection');
  const dispose = () => {
    far.terminate();
    server.close();
    http.close();
  };
  const closed = new Promise((resolve) => near.on('close', resolve));
  return { near, far, client: clientOf(near), closed, report, inFlight, [Symbol.dispose]: dispose };
}

function leaveUnread({ near, far }: { near: WebSocket; far: WebSocket }): void {
  far.pause();
  while (near.bufferedAmount <= 8 * 1024 * 1024) near.send('x'.repeat(64 * 1024));
}

test('reading pauses while too much is unread', async () => {
  using line = await pair();
  line.near.on('message', () => line.client.limitReading(() => 0));
  leaveUnread(line);
  const received: string[] = [];
  line.near.on('message', (data) => received.push(String(data)));
  line.far.send('first');
  await once(line.near, 'message');
  expect(line.near.isPaused).toBe(true);
  line.far.send('second');
  line.far.resume();
  await once(line.near, 'message');
  expect(received).toEqual(['first', 'second']);
  expect(line.near.isPaused).toBe(false);
});

test('reading pauses while more than a thousand calls wait', async () => {
  using line = await pair();
  let waiting = 1_000;
  line.client.limitReading(() => waiting);
  expect(line.near.isPaused).toBe(false);
  waiting = 1_001;
  line.client.limitReading(() => waiting);
  expect(line.near.isPaused).toBe(true);
  waiting = 1_000;
  await vi.waitFor(() => expect(line.near.isPaused).toBe(false));
});

test('a client with many refused calls is not read for a while, also if reading resumes for another reason', async () => {
  using line = await pair();
  for (let refused = 0; refused < 16; refused += 1) line.client.onRateLimited();
  expect(line.near.isPaused).toBe(false);
  line.client.pauseReading();
  line.client.onRateLimited();
  line.client.onRateLimited();
  line.client.resumeReading();
  expect(line.near.isPaused).toBe(true);
  line.far.send('later');
  expect(String((await once(line.near, 'message'))[0])).toBe('later');
  expect(line.near.isPaused).toBe(false);
});

test('a stopping server does not resume reading', async () => {
  using line = await pair();
  line.client.pauseReading();
  line.inFlight.isDraining = true;
  line.client.resumeReading();
  expect(line.near.isPaused).toBe(true);
});

test.each([
  ['closes', (far: WebSocket) => far.close(), false],
  ['vanishes', (far: WebSocket) => far.terminate(), true],
])('a client that %s: the connection is broken or not', async (_case, leave, isBroken) => {
  using line = await pair();
  leave(line.far);
  await line.closed;
  expect(line.client.isBroken).toBe(isBroken);
});

const expiring = (client: ClientSocket) => new Connection({ user: null, transport: client, address: client.address });
const inAnHour = () => new Date(Date.now() + 60 * 60_000);

test('the expiry of a new identity replaces that of the one before, and none outlives the socket', async () => {
  using line = await pair();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const connection = expiring(line.client);
  line.client.endOnExpiry(connection, inAnHour());
  line.client.endOnExpiry(connection, new Date(Date.now() + 2 * 60 * 60_000));
  vi.advanceTimersByTime(90 * 60_000);
  expect(connection.endSignal.aborted).toBe(false);
  vi.advanceTimersByTime(30 * 60_000);
  expect(connection.endSignal.reason).toMatchObject({ code: 'TOKEN_EXPIRED' });
  line.client.endOnExpiry(expiring(line.client), inAnHour());
  line.near.terminate();
  await line.closed;
  line.client.endOnExpiry(expiring(line.client), inAnHour());
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ['a frame that is too long', 'x'.repeat(1_001), {}, 'FRAME_TOO_LARGE', 1009],
  ['a malformed frame', Buffer.from([0xff]), { binary: false }, 'INVALID_INPUT', 1007],
])('%s is reported with the name of the wire', async (_name, data, options, code, closeCode) => {
  using line = await pair();
  line.far.send(data, options);
  expect(await once(line.far, 'close')).toEqual([closeCode, expect.anything()]);
  expect(line.report.mock.calls).toEqual([[code, expect.any(Error), 'test socket']]);
});

test('a frame that is too costly closes the socket like one that is too long', async () => {
  using line = await pair();
  line.client.closeTooLarge();
  expect(await once(line.far, 'close')).toEqual([1009, expect.anything()]);
  expect(line.report).toHaveBeenCalledWith('FRAME_TOO_LARGE', null, 'socket');
});

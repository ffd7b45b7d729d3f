import { once } from 'node:events';
import { createServer as createHttpServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { UnreadBytes } from './unreadBytes.ts';

const MiB = 1024 * 1024;
/** More than the kernel buffers of both ends hold. */
const answerBytes = 24 * MiB;

test('the clients with the most unread bytes are terminated until the rest is within the bound', async () => {
  await using served = await serve();
  const { unread, cut } = guard(served.server, { bytesMax: 30 * MiB });
  const small = await served.ask(1);
  const big = await served.ask(2);
  unread.check();
  expect(cut).toEqual(['http']);
  expect(big.serverSocket.destroyed).toBe(true);
  unread.check();
  expect(cut).toHaveLength(1);
  expect(small.serverSocket.destroyed).toBe(false);
});

test('within the bound, and without one, no client is terminated', async () => {
  await using served = await serve();
  const bounded = guard(served.server, { bytesMax: 100 * MiB });
  const unbounded = guard(served.server, { bytesMax: 0 });
  const { serverSocket } = await served.ask(2);
  bounded.unread.check();
  unbounded.unread.check();
  expect([...bounded.cut, ...unbounded.cut]).toEqual([]);
  expect(serverSocket.destroyed).toBe(false);
});

test('frames shared by several WebSockets count as often as they are in memory', async () => {
  await using served = await serve();
  const waitForAFrame = async (unread: UnreadBytes) => {
    const { serverSocket } = await served.open();
    unread.onUpgrade(serverSocket);
    serverSocket.write(Buffer.alloc(answerBytes));
  };
  const shared = guard(served.server, { bytesMax: 40 * MiB, bufferBytes: () => answerBytes });
  for (let n = 0; n < 3; n += 1) await waitForAFrame(shared.unread);
  shared.unread.check();
  expect(shared.cut).toEqual([]);

  const own = guard(served.server, { bytesMax: 40 * MiB, bufferBytes: () => 3 * answerBytes });
  for (let n = 0; n < 3; n += 1) await waitForAFrame(own.unread);
  own.unread.check();
  expect(own.cut).toEqual(['socket', 'socket']);
});

test('an answer that stays unread for too long is terminated, a WebSocket is not', async () => {
  await using served = await serve();
  const { unread, cut } = guard(served.server, { bytesMax: 0, readTimeoutMs: 0 });
  const asked = await served.ask(1);
  const webSocket = (await served.open()).serverSocket;
  unread.onUpgrade(webSocket);
  webSocket.write(Buffer.alloc(answerBytes));
  unread.check(); // records the unread bytes
  expect(cut).toEqual([]);
  unread.check();
  expect(cut).toEqual(['http']);
  expect(asked.serverSocket.destroyed).toBe(true);
  expect(webSocket.destroyed).toBe(false);
});

test('a stream of events has a shorter timeout, until it ends', async () => {
  await using served = await serve();
  const { unread, cut } = guard(served.server, { bytesMax: 0, streamReadTimeoutMs: 0 });
  const stream = await served.ask(1);
  const ended = await served.ask(1);
  unread.onStream(stream.serverSocket, stream.response);
  unread.onStream(ended.serverSocket, ended.response);
  ended.response.emit('close');
  unread.check(); // records the unread bytes
  unread.check();
  expect(cut).toEqual(['http']);
  expect([stream.serverSocket.destroyed, ended.serverSocket.destroyed]).toEqual([true, false]);
});

test('a slow client is not terminated while it reads', async () => {
  await using served = await serve();
  const { unread, cut } = guard(served.server, { bytesMax: 0, readTimeoutMs: 0 });
  const { clientSocket: asked } = await served.ask(1);
  unread.check();
  asked.resume();
  let read = 0;
  asked.on('data', ({ length }) => {
    read += length;
  });
  await expect.poll(() => read).toBeGreaterThan(answerBytes);
  unread.check();
  expect(cut).toEqual([]);
});

type Limits = Omit<ConstructorParameters<typeof UnreadBytes>[0], 'report' | 'checkIntervalMs'>;

function guard(server: Server, options: Limits) {
  const cut: (string | undefined)[] = [];
  const report = (_code: string, _error: unknown, where: string | undefined) => void cut.push(where);
  const unread = new UnreadBytes({ ...options, report, checkIntervalMs: 1_000_000 });
  unread.track(server);
  return { unread, cut };
}

/** A server whose answers have `answerBytes` times the number in the path. */
async function serve() {
  const server = createHttpServer(({ url = '' }, response) => {
    response.end('x'.repeat(answerBytes * Number(url.slice(1))));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];

  async function open() {
    const accepted = once(server, 'connection');
    const clientSocket = connect(port, '127.0.0.1');
    clientSocket.on('error', () => {}); // it may be terminated
    sockets.push(clientSocket);
    const [serverSocket] = (await accepted) as [Socket];
    serverSocket.on('error', () => {});
    return { clientSocket, serverSocket };
  }

  /** Requests an answer, and resolves when the kernel buffers are full. */
  async function ask(times: number) {
    const { clientSocket, serverSocket } = await open();
    const requested = once(server, 'request');
    clientSocket.write(`GET /${times} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    const [, response] = (await requested) as [unknown, ServerResponse];
    await expect.poll(() => serverSocket.writableLength).toBeGreaterThan(0);
    return { clientSocket, serverSocket, response };
  }

  const dispose = async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { server, open, ask, [Symbol.asyncDispose]: dispose };
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { asEarshotError, type ConnectionState, createEarshotClient, type EarshotClientOptions } from '@earshot/client';
import { EventSource } from 'eventsource';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer, WebSocket as WsWebSocket } from 'ws';
import { type Collected, collect } from '../resources/collect.ts';

afterEach(() => void vi.useRealTimers());

/** A server of plain sockets, controlled by the test. */
interface BareServer extends AsyncDisposable {
  readonly url: string;
  readonly sockets: Collected<ServerSocket>;
  /** Closes all sockets and stops listening, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

async function bareServer(onSocket: (socket: ServerSocket) => void = answerPings): Promise<BareServer> {
  const sockets = collect<ServerSocket>();
  let http: Server;
  let port = 0;
  const start = async () => {
    http = createServer();
    new WebSocketServer({ server: http }).on('connection', (socket) => {
      onSocket(socket);
      sockets.push(socket);
    });
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    port = (http.address() as AddressInfo).port;
  };
  const stop = async () => {
    for (const socket of sockets.all) socket.terminate();
    if (!http.listening) return;
    http.close();
    await once(http, 'close');
  };
  await start();
  return { url: `http://127.0.0.1:${port}`, sockets, start, stop, [Symbol.asyncDispose]: stop };
}

function answerPings(socket: ServerSocket): void {
  socket.on('message', (data) => {
    if (String(data) === 'PING') socket.send('PONG');
  });
}

/** A client with all states of its connection. */
function connect(options: EarshotClientOptions) {
  const client = createEarshotClient(options);
  const states = collect<ConnectionState>();
  states.push(client.connection.get());
  client.connection.subscribe((state) => states.push(state));
  const become = (status: ConnectionState['status'], after = 0) =>
    states.until((state) => state.status === status && states.all.indexOf(state) >= after);
  return Object.assign(client, { states, become, [Symbol.asyncDispose]: () => client.close() });
}

const quick = { baseMs: 20, capMs: 50 };
/** Longer than any test waits: an earlier attempt was triggered. */
const slow = { baseMs: 600_000, capMs: 600_000 };

const classes = [
  { name: "the runtime's own WebSocket", WebSocket: globalThis.WebSocket },
  { name: 'the class of ws', WebSocket: WsWebSocket },
];

describe.each(classes)('with $name', ({ WebSocket }) => {
  test('a client reconnects after its connection was cut, and reports its state', async () => {
    await using server = await bareServer();
    await using client = connect({ url: server.url, WebSocket, backoff: quick });
    await client.become('open');
    const cut = client.states.all.length;
    server.sockets.all[0]?.terminate();
    const offline = await client.become('offline', cut);
    expect(offline.error).toMatchObject({ code: 'CONNECTION_LOST' });
    expect((await client.become('open', cut)).error).toBeNull();
    expect(server.sockets.all).toHaveLength(2);
  });

  test('a client keeps retrying while there is no server, and retries at once on a wake-up', async () => {
    await using server = await bareServer();
    await server.stop();
    await using client = connect({ url: server.url, WebSocket, backoff: slow });
    const { retryAt } = await client.states.until((state) => state.retryAt !== null);
    expect(retryAt).toBeGreaterThan(Date.now());
    await server.start();
    client.connection.retryNow();
    await client.become('open');
  });

  test('a silent socket is abandoned without waiting for its close frame', async () => {
    await using server = await bareServer(() => {});
    const times = { pingAfterMs: 20, pongWithinMs: 20 };
    await using client = connect({ url: server.url, WebSocket, backoff: quick, times });
    await client.become('open');
    server.sockets.all[0]?.pause(); // it does not answer a closing handshake either
    await server.sockets.untilAll((sockets) => sockets.length >= 2, 3_000);
  });

  test('a socket that answers pings is kept', async () => {
    const pings = collect<string>();
    await using server = await bareServer((socket) => {
      answerPings(socket);
      socket.on('message', (data) => pings.push(String(data)));
    });
    const times = { pingAfterMs: 10, pongWithinMs: 2_000 };
    await using client = connect({ url: server.url, WebSocket, backoff: quick, times });
    await pings.untilAll((all) => all.filter((data) => data === 'PING').length >= 5);
    expect(server.sockets.all).toHaveLength(1);
    expect(client.connection.get().status).toBe('open');
  });

  test('a connection that is not established in time is abandoned', async () => {
    const accepted = collect<Socket>();
    const mute = createTcpServer((socket) => accepted.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    await using client = connect({ url, WebSocket, backoff: quick, times: { connectMs: 50 } });
    await accepted.untilAll((sockets) => sockets.length >= 2);
    expect(client.states.all.some(({ status }) => status === 'open')).toBe(false);
    await client.close();
    for (const socket of accepted.all) socket.destroy();
    mute.close();
  });

  test('after close there is no socket and no retry, and calls are rejected', async () => {
    await using server = await bareServer();
    const client = connect({ url: server.url, WebSocket, backoff: quick });
    await client.become('open');
    const socket = await server.sockets.until(() => true);
    const gone = once(socket, 'close');
    await client.close();
    await gone;
    expect(client.connection.get()).toMatchObject({ status: 'closed', error: null });
    await expect(client.watchRoom({ roomId: 'any' })).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(client.trpc.rooms.get.query({ roomId: 'any' })).rejects.toThrow('closed');
    expect(server.sockets.all).toHaveLength(1);
  });
});

test('a client waits for a random part of the window that a stopping server sent', async () => {
  await using server = await bareServer();
  await using client = connect({ url: server.url, backoff: quick });
  await client.become('open');
  const before = Date.now();
  server.sockets.all[0]?.close(1012, JSON.stringify({ reconnectWithinMs: 100_000_000 }));
  const { error, retryAt } = await client.states.until((state) => state.retryAt !== null);
  expect(error).toMatchObject({ code: 'SERVER_STOPPING' });
  // Random within a day, so a correct client fails this with a probability of one in a million.
  expect(retryAt).toBeGreaterThan(before + 100);
  client.connection.retryNow();
  await server.sockets.untilAll((sockets) => sockets.length === 2);
});

test('a rejected token is reported and retried at increasing intervals', async () => {
  await using server = await bareServer((socket) => socket.close(4401, 'The token is not valid.'));
  await using client = connect({ url: server.url, token: 'bad', backoff: { baseMs: 5, capMs: 600_000 } });
  await client.states.until(({ status, attempt }) => status === 'offline' && attempt >= 4);
  expect(client.states.all.find(({ error }) => error !== null)?.error).toMatchObject({ retry: 'no' });
  expect(server.sockets.all.length).toBeLessThanOrEqual(6);
});

test.each([
  { identity: 'a token', options: { getToken: () => 'bad' }, errorCode: 'TOKEN_INVALID', retry: 'no' },
  { identity: 'the only token', options: { token: 'old' }, errorCode: 'TOKEN_EXPIRED', retry: 'reconnect' },
])('a refusal of $identity with $errorCode rejects the calls that were not sent yet', async (one) => {
  const { options, errorCode, retry } = one;
  const error = { json: { message: 'Refused.', code: -32_001, data: { errorCode, retry } } };
  await using server = await bareServer((socket) => {
    socket.once('message', () => {
      socket.send(JSON.stringify({ id: null, error }));
      socket.close(4401);
    });
  });
  // tRPC sends calls one timer after the credentials. The timer fires only after the socket has closed.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using client = connect({ url: server.url, ...options, backoff: slow });
  const answer = client.watchRoom({ roomId: 'any' }).catch((error: unknown) => error);
  await client.become('offline');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await Promise.race([answer, 'it still waits'])).toMatchObject({ code: errorCode, retry: 'no' });
});

test('a subscription ends when its only token has expired, although tRPC would reconnect', async () => {
  await using server = await bareServer((socket) => {
    socket.on('message', (data) => String(data).includes('subscription') && socket.close(4410));
  });
  await using client = connect({ url: server.url, token: 'old', backoff: quick });
  const failed = await new Promise<unknown>((resolve) => {
    client.trpc.rooms.watch.subscribe({ roomId: 'any' }, { onError: resolve });
  });
  expect(asEarshotError(failed)).toMatchObject({ code: 'TOKEN_EXPIRED', retry: 'no' });
  const { error } = await client.states.until(({ status }) => status === 'offline');
  expect(error).toMatchObject({ code: 'TOKEN_EXPIRED' });
});

test('a call whose socket starts to close is reported as lost and can be repeated', async () => {
  class SocketThatClosesAfterHello extends WsWebSocket {
    override send(data: string) {
      super.send(data);
      this.close();
    }
  }
  await using server = await bareServer((socket) => socket.pause());
  await using client = connect({ url: server.url, WebSocket: SocketThatClosesAfterHello, backoff: quick });
  const failed: unknown = await client.trpc.rooms.get.query({ roomId: 'any' }).catch((error: unknown) => error);
  expect(asEarshotError(failed)).toMatchObject({ code: 'CONNECTION_LOST', retry: 'reconnect' });
});

test('network failures of fetch are reported as lost connections, its other errors are not', async () => {
  const failure = (request: Promise<unknown>) => request.then(String, (error: unknown) => asEarshotError(error).code);
  const breaksOff = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(breaksOff, 'listening');
  const url = `http://127.0.0.1:${(breaksOff.address() as AddressInfo).port}`;
  expect(await failure(fetch(url).then((response) => response.text()))).toBe('CONNECTION_LOST');
  breaksOff.close();
  await once(breaksOff, 'close');
  expect(await failure(fetch(url))).toBe('CONNECTION_LOST');
  expect(await failure(fetch('not a URL'))).toBe('UNKNOWN');
});

test('a fault in a custom fetch is reported, not retried forever', async () => {
  const fetch = () => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'token')"));
  await using client = connect({ url: 'http://127.0.0.1:1', transport: 'http', EventSource, fetch });
  await expect(client.watchRoom({ roomId: 'any' })).rejects.toMatchObject({ code: 'UNKNOWN', retry: 'no' });
});

test.each(['before', 'after'])(
  'close does not wait for a token that never arrives, %s it was requested',
  async (when) => {
    const asked = Promise.withResolvers<void>();
    const getToken = () => {
      asked.resolve();
      return new Promise<string>(() => {});
    };
    const client = connect({ url: 'http://127.0.0.1:1', getToken });
    if (when === 'after') await asked.promise;
    await client.close();
    expect(client.connection.get().status).toBe('closed');
  },
);

test('a token is requested before each connection, and again after a failure', async () => {
  const frames = collect<string>();
  await using server = await bareServer((socket) => socket.on('message', (data) => frames.push(String(data))));
  let count = 0;
  const getToken = async () => {
    count += 1;
    if (count === 2) throw new Error('the login service is down');
    return `token ${count}`;
  };
  await using client = connect({ url: server.url, getToken, backoff: quick });
  await frames.untilAll((all) => all.length === 1);
  server.sockets.all[0]?.terminate();
  await frames.untilAll((all) => all.length === 2);
  expect(frames.all.map((frame) => JSON.parse(frame).data)).toEqual([{ token: 'token 1' }, { token: 'token 3' }]);
  expect(client.states.all.some(({ error }) => error?.code === 'NO_CREDENTIALS')).toBe(true);
});

test('500 clients dropped at once reconnect spread over a second', async () => {
  const arrivals: number[] = [];
  await using server = await bareServer((socket) => {
    answerPings(socket);
    arrivals.push(Date.now());
  });
  await using stack = new AsyncDisposableStack();
  for (let i = 0; i < 500; i += 1) stack.use(connect({ url: server.url, WebSocket: WsWebSocket }));
  await server.sockets.untilAll((sockets) => sockets.length === 500);
  const dropped = Date.now();
  for (const socket of server.sockets.all) socket.terminate();
  await server.sockets.untilAll((sockets) => sockets.length === 1_000);
  const back = arrivals.slice(500).map((at) => at - dropped);
  expect(back.filter((ms) => ms < 300).length).toBeLessThan(300);
  expect(back.filter((ms) => ms >= 300).length).toBeGreaterThan(200);
});

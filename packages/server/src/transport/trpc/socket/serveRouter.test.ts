import { setImmediate as nextTurn } from 'node:timers/promises';
import { initTRPC, TRPCError } from '@trpc/server';
import { describe, expect, test, vi } from 'vitest';
import { SocketError } from './callErrors.ts';
import type { ErrorInfo } from './options.ts';
import { call, dataOf, serve, started, stop, stopped, type TestContext, t } from './testServer.ts';

const text = (input: unknown) => String(input);

const router = t.router({
  name: t.procedure.query(({ ctx }) => ctx.name),
  fail: t.procedure.input(text).mutation(({ input }) => {
    throw new TRPCError({ code: 'FORBIDDEN', message: input });
  }),
  count: t.procedure.subscription(async function* () {
    yield 1;
    yield 2;
  }),
});

const createContext = (): TestContext => ({ name: 'Ada' });

test('serves queries, mutations and subscriptions', async () => {
  await using server = await serve({ router, createContext });
  const client = await server.connect();
  client.send([call(1, 'query', 'name'), call('m', 'mutation', 'fail', 'no')]);
  expect(await client.next()).toEqual(dataOf(1, 'Ada'));
  expect(await client.next()).toMatchObject({ id: 'm', error: { message: 'no', data: { code: 'FORBIDDEN' } } });
  client.send(call(2, 'subscription', 'count'));
  for (const expected of [started(2), dataOf(2, 1), dataOf(2, 2), stopped(2)]) {
    expect(await client.next()).toEqual(expected);
  }
});

test('a router without a context needs no createContext', async () => {
  const { router: createRouter, procedure } = initTRPC.create();
  await using server = await serve({ router: createRouter({ one: procedure.query(() => 1) }) });
  const client = await server.connect();
  client.send(call(1, 'query', 'one'));
  expect(await client.next()).toEqual(dataOf(1, 1));
});

describe('createContext', () => {
  test('gets the request, the socket, the connection parameters and a signal that aborts on close', async () => {
    const seen = vi.fn();
    await using server = await serve({
      router,
      createContext: ({ req, res, info }) => {
        seen(req.url, info);
        expect(server.wss.clients).toContain(res);
        return { name: String(info.connectionParams?.name) };
      },
    });
    const client = await server.connect('/?connectionParams=1');
    client.send({ method: 'connectionParams', data: { name: 'Bob' } });
    client.send(call(1, 'query', 'name'));
    expect(await client.next()).toEqual(dataOf(1, 'Bob'));
    const [url, info] = seen.mock.calls[0] ?? [];
    expect(url).toBe('/?connectionParams=1');
    expect(info).toMatchObject({ calls: [], isBatchCall: false, accept: null, type: 'unknown', url: null });
    expect(info.signal.aborted).toBe(false);
    client.ws.close();
    await vi.waitFor(() => expect(info.signal.aborted).toBe(true));
  });

  test('its error is sent to the client, which is closed', async () => {
    const onError = vi.fn<(info: ErrorInfo<TestContext>) => void>();
    await using server = await serve({
      router,
      onError,
      createContext: () => {
        throw new TRPCError({ code: 'UNAUTHORIZED' });
      },
    });
    const client = await server.connect();
    expect(await client.next()).toMatchObject({ id: null, error: { message: 'UNAUTHORIZED' } });
    expect(await client.closed).toBe(1005);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ type: 'unknown', ctx: undefined, req: { url: '/' } });
  });
});

describe('onError', () => {
  test('gets the call and its context, but no request: that is not retained', async () => {
    const onError = vi.fn<(info: ErrorInfo<TestContext>) => void>();
    await using server = await serve({ router, createContext, onError });
    const client = await server.connect();
    client.send(call(1, 'mutation', 'fail', 'no'));
    await client.next();
    const expected = { type: 'mutation', path: 'fail', input: 'no', ctx: { name: 'Ada' }, req: undefined };
    expect(onError.mock.calls[0]?.[0]).toEqual({ ...expected, error: expect.any(TRPCError) });
  });

  test('gets the errors of the socket', async () => {
    const onError = vi.fn<(info: ErrorInfo<TestContext>) => void>();
    await using server = await serve({ router, createContext, onError });
    const client = await server.connect();
    client.send(call(1, 'query', 'name'));
    await client.next();
    client.ws.send(Buffer.from([0xff]), { binary: false });
    expect(await client.closed).toBe(1007);
    expect(onError.mock.calls[0]?.[0].error.cause).toMatchObject({ code: 'WS_ERR_INVALID_UTF8' });
  });
});

test('prefix: sockets with another URL are ignored', async () => {
  await using server = await serve({ router, createContext, prefix: '/api' });
  const other = await server.connect('/other');
  const client = await server.connect('/api?x=1');
  other.send('PING');
  client.send('PING');
  expect(await client.next()).toBe('PONG');
  const [ignored] = server.wss.clients;
  expect(ignored?.listenerCount('message')).toBe(0);
});

test('keepAlive: a quiet client gets a PING, and is terminated if it does not answer', async () => {
  const keepAlive = { enabled: true, pingMs: 20, pongWaitMs: 20 };
  await using server = await serve({ router, createContext, keepAlive });
  const client = await server.connect();
  expect(await client.next()).toBe('PING');
  expect(await client.closed).toBe(1006);
});

test('errors of frames have causes with codes', async () => {
  const codes: unknown[] = [];
  const onError = ({ error: { cause } }: ErrorInfo<TestContext>) => {
    codes.push(cause instanceof SocketError && cause.code);
  };
  await using server = await serve({ router, createContext, onError, maxBatchSize: 2, maxIdLength: 3 });
  const client = await server.connect();
  client.send([1, 2, 3].map((id) => call(id, 'query', 'name')));
  for (const id of [1, 2, 3]) {
    expect(await client.next()).toMatchObject({ id, error: { message: 'Batch call exceeds maximum size' } });
  }
  client.send(call('long', 'query', 'name'));
  expect(await client.next()).toMatchObject({ id: null, error: { message: expect.stringMatching(/at most 3/) } });
  client.send(call(1, 'query', 'count'));
  expect(await client.next()).toMatchObject({ id: 1, error: { data: { code: 'NOT_FOUND' } } });
  expect(codes).toEqual(['BATCH_TOO_LARGE', 'ID_TOO_LONG', 'WRONG_CALL_TYPE']);
});

test('stringify encodes results, and values of subscriptions', async () => {
  await using server = await serve({ router, createContext, stringify: (value) => JSON.stringify({ value }) });
  const client = await server.connect();
  client.send(call(1, 'query', 'name'));
  expect(await client.next()).toEqual(dataOf(1, { value: 'Ada' }));
  client.send(call(2, 'subscription', 'count'));
  await client.next();
  expect(await client.next()).toEqual(dataOf(2, { value: 1 }));
});

test('onDeferred: calls that are left for later ticks have begun when its promise resolves', async () => {
  const deferred: { begun: number; rest: Promise<void> }[] = [];
  let begun = 0;
  const counting = t.router({ count: t.procedure.query(() => ++begun) });
  const onDeferred = (rest: Promise<void>) => void deferred.push({ begun, rest });
  await using server = await serve({ router: counting, createContext, onDeferred });
  const client = await server.connect();
  client.send(Array.from({ length: 100 }, (_, id) => call(id, 'query', 'count')));
  await vi.waitFor(() => expect(deferred).toHaveLength(1));
  expect(deferred[0]?.begun).toBeLessThan(100);
  await deferred[0]?.rest;
  await nextTurn();
  expect(begun).toBe(100);
  client.send(call(1, 'query', 'count'));
  while (begun < 101) await client.next();
  expect(deferred).toHaveLength(1);
});

describe('signals', () => {
  const stopping = (log: unknown[]) =>
    t.router({
      wait: t.procedure.subscription(async function* ({ signal }) {
        log.push(signal?.aborted);
        signal?.addEventListener('abort', () => log.push('aborted'));
        yield 'waiting';
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      }),
    });

  test('by default a subscription has a signal, which aborts when it is stopped', async () => {
    const log: unknown[] = [];
    await using server = await serve({ router: stopping(log), createContext });
    const client = await server.connect();
    client.send(call(1, 'subscription', 'wait'));
    for (const expected of [started(1), dataOf(1, 'waiting')]) expect(await client.next()).toEqual(expected);
    client.send(stop(1));
    expect(await client.next()).toEqual(stopped(1));
    expect(log).toEqual([false, 'aborted']);
  });

  test('without them it has none', async () => {
    const log: unknown[] = [];
    await using server = await serve({ router: stopping(log), createContext, signals: false });
    const client = await server.connect();
    client.send(call(1, 'subscription', 'wait'));
    await client.next();
    await client.next();
    expect(log).toEqual([undefined]);
  });
});

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppRouter } from '@earshot/server';
import { httpBatchLink, TRPCUntypedClient } from '@trpc/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { asEarshotError } from '../errors.ts';
import { networkFetch } from './networkFetch.ts';

/** Starts a server, and returns its URL and a function that stops it. */
async function listen(onRequest: RequestListener) {
  const server = createServer(onRequest).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop };
}

interface CallOptions {
  headers?: Record<string, string>;
  input?: unknown;
  signal?: AbortSignal;
  fetch?: typeof globalThis.fetch | undefined;
}

/** The error of a tRPC call. */
async function errorOf(url: string, { headers = {}, input, signal, fetch }: CallOptions = {}) {
  const transformer = { serialize: (value: unknown) => value, deserialize: (value: unknown) => value };
  const link = httpBatchLink<AppRouter>({ url, headers, transformer, fetch: networkFetch(fetch) });
  const call = new TRPCUntypedClient<AppRouter>({ links: [link] }).query('rooms.get', input, signal && { signal });
  return asEarshotError(await call.catch((reason: unknown) => reason));
}

const kinds: [name: string, fetch: typeof globalThis.fetch | undefined][] = [
  ['the runtime’s own fetch', undefined],
  ['a custom fetch', (...request) => globalThis.fetch(...request)],
];

describe.each(kinds)('a network failure of %s is a lost connection:', (_name, fetch) => {
  const lost = { code: 'CONNECTION_LOST', retry: 'reconnect' };

  test('a refused connection', async () => {
    const { url, stop } = await listen(() => {});
    await stop();
    expect(await errorOf(url, { fetch })).toMatchObject({ ...lost, cause: expect.any(Error) });
  });

  test('a host name without an address', async () => {
    expect(await errorOf('http://earshot.invalid', { fetch })).toMatchObject(lost);
  });

  test('a connection that closes before the response', async () => {
    const { url } = await listen((request) => request.socket.destroy());
    expect(await errorOf(url, { fetch })).toMatchObject(lost);
  });

  test('a connection that closes within the response', async () => {
    const { url } = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('[{"result":', () => response.destroy());
    });
    expect(await errorOf(url, { fetch })).toMatchObject(lost);
  });

  test('a proxy that answers in HTML', async () => {
    const { url } = await listen((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'));
    expect(await errorOf(url, { fetch })).toMatchObject(lost);
  });
});

describe('is not a network failure:', () => {
  test.each([403, 413])('a proxy that rejects the request with %i and HTML', async (status) => {
    const { url } = await listen((_request, response) => response.writeHead(status).end('<h1>Rejected</h1>'));
    expect(await errorOf(url)).toMatchObject({ code: 'UNKNOWN', retry: 'no' });
  });

  test('a header that can’t be sent', async () => {
    const { url } = await listen(() => {});
    expect(await errorOf(url, { headers: { authorization: 'Bearer a\nb' } })).toMatchObject({ code: 'UNKNOWN' });
  });

  test('an input that can’t be serialized', async () => {
    const input: Record<string, unknown> = {};
    input.self = input;
    expect(await errorOf('http://127.0.0.1:1', { input })).toMatchObject({ code: 'UNKNOWN' });
  });

  test('a fault in a custom fetch', async () => {
    const fetch = () => Promise.reject(new TypeError('undefined is not a function'));
    expect(await errorOf('http://127.0.0.1:1', { fetch })).toMatchObject({ code: 'UNKNOWN', retry: 'no' });
  });

  test('an abort', async () => {
    const controller = new AbortController();
    const { url } = await listen(() => controller.abort());
    expect(await errorOf(url, { signal: controller.signal })).toMatchObject({ code: 'ABORTED' });
  });

  test('an error response', async () => {
    const { url } = await listen((_request, response) =>
      response.writeHead(413).end('{"error":"The request is too large.","code":"FRAME_TOO_LARGE"}'),
    );
    expect(await errorOf(url)).toMatchObject({ code: 'FRAME_TOO_LARGE', retry: 'no' });
  });
});

import type { AppRouter } from '@earshot/server';
import { clientTransformer as transformer } from '@earshot/shared';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { describe, expect, test } from 'vitest';
import { asEarshotError } from '../errors.ts';
import { fetchOrLost } from './fetchOrLost.ts';

interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The error of a call over that `fetch`. */
async function errorOf(fetch: () => Promise<Response>, { headers = {}, signal }: CallOptions = {}) {
  const link = httpBatchLink({ url: 'http://earshot.example/trpc', transformer, headers, fetch: fetchOrLost(fetch) });
  const client = createTRPCClient<AppRouter>({ links: [link] });
  const call = client.rooms.get.query({ roomId: 'here' }, signal && { signal });
  return asEarshotError(await call.catch((cause: unknown) => cause));
}

describe('the connection is lost', () => {
  test.each([
    ['Node', 'fetch failed'],
    ['Chromium', 'Failed to fetch (earshot.example)'],
    ['Firefox', 'NetworkError when attempting to fetch resource.'],
    ['Safari', 'Load failed'],
    ['React Native', 'Network request failed'],
    ['a runtime to come', 'in other words'],
  ])('when %s rejects with "%s"', async (_runtime, message) => {
    const error = await errorOf(() => Promise.reject(new TypeError(message)));
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', retry: 'reconnect' });
  });

  test('when the answer breaks off', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
    expect(await errorOf(async () => new Response(body))).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('when a proxy answers in HTML', async () => {
    const error = await errorOf(async () => new Response('<html>', { status: 502 }));
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', retry: 'reconnect' });
  });
});

describe('the connection is not lost', () => {
  const answer = async () => Response.json([{ result: { data: 1 } }]);

  test('when a header is invalid: a retry would not help', async () => {
    expect(await errorOf(answer, { headers: { authorization: 'two\nlines' } })).toMatchObject({
      code: 'UNKNOWN',
      retry: 'no',
    });
  });

  test('when the call is aborted', async () => {
    const controller = new AbortController();
    const never = () =>
      new Promise<Response>((_, reject) => {
        controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
        controller.abort();
      });
    expect(await errorOf(never, { signal: controller.signal })).toMatchObject({ code: 'ABORTED' });
  });

  test('when the server answers with an error', async () => {
    const error = await errorOf(async () =>
      Response.json([{ error: { json: { code: -32_004, message: 'none', data: { errorCode: 'ROOM_NOT_FOUND' } } } }]),
    );
    expect(error).toMatchObject({ code: 'ROOM_NOT_FOUND' });
  });
});

import type { AppRouter } from '@earshot/server';
import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { expect, test } from 'vitest';
import { asEarshotError, EarshotClientError } from '../errors.ts';
import { withLostCalls } from './lostCalls.ts';

/** The error of a call whose link fails with that cause. */
async function errorOf(cause: Error) {
  const failing: TRPCLink<AppRouter> = () => () =>
    observable((observer) => observer.error(TRPCClientError.from<AppRouter>(cause)));
  const client = createTRPCClient<AppRouter>({ links: [withLostCalls(failing)] });
  return asEarshotError(await client.rooms.get.query({ roomId: 'here' }).catch((error: unknown) => error));
}

test('a plain Error of tRPC means that the connection is lost', async () => {
  expect(await errorOf(new Error('Active connection is not open'))).toMatchObject({
    code: 'CONNECTION_LOST',
    retry: 'reconnect',
  });
});

test('other errors remain', async () => {
  expect(await errorOf(new EarshotClientError('NO_CREDENTIALS'))).toMatchObject({ code: 'NO_CREDENTIALS' });
  expect(await errorOf(new TypeError('Converting circular structure to JSON'))).toMatchObject({ code: 'UNKNOWN' });
  expect(await errorOf(new DOMException('stop', 'AbortError'))).toMatchObject({ code: 'ABORTED' });
});

import type { AppRouter } from '@earshot/server';
import { createTRPCClient, TRPCClientError } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { expect, test } from 'vitest';
import { asEarshotError } from '../errors.ts';
import { streamLimitLink } from './streamLimitLink.ts';
import { streamSlots } from './streamSlots.ts';

/** A client whose streams stay open until they are stopped or finished by the test. */
function setUp(url: string, isBrowser = true) {
  const open = new Set<(ending: 'complete' | 'error') => void>();
  const client = createTRPCClient<AppRouter>({
    links: [
      streamLimitLink(streamSlots(url, isBrowser)),
      () => () =>
        observable((observer) => {
          const finish = (ending: 'complete' | 'error') => {
            if (ending === 'complete') observer.complete();
            else observer.error(TRPCClientError.from(new Error('broken')));
          };
          open.add(finish);
          return () => open.delete(finish);
        }),
    ],
  });
  const errors: string[] = [];
  const watch = () =>
    client.rooms.watch.subscribe({ roomId: 'r' }, { onError: (error) => errors.push(asEarshotError(error).code) });
  return { open, errors, watch };
}

test('the fifth stream is rejected with TOO_MANY_STREAMS, and succeeds after another one ends', async () => {
  const { open, errors, watch } = setUp('http://a.example');
  const first = watch();
  for (let i = 0; i < 3; i += 1) watch();
  await expect.poll(() => open.size).toBe(4);
  watch();
  await expect.poll(() => errors).toEqual(['TOO_MANY_STREAMS']);
  first.unsubscribe();
  watch();
  await expect.poll(() => open.size).toBe(4);
  for (const ending of ['complete', 'error'] as const) {
    for (const finish of [...open].slice(0, 1)) finish(ending);
    await expect.poll(() => open.size).toBe(3);
    watch();
    await expect.poll(() => open.size).toBe(4);
  }
  expect(errors).toEqual(['TOO_MANY_STREAMS', 'UNKNOWN']);
});

test('a stream that is stopped before it has a slot takes none', async () => {
  const { open, errors, watch } = setUp('http://b.example');
  for (let i = 0; i < 50; i += 1) watch().unsubscribe();
  for (let i = 0; i < 4; i += 1) watch();
  await expect.poll(() => open.size).toBe(4);
  expect(errors).toEqual([]);
});

test('servers are counted separately, and nothing is counted outside browsers', async () => {
  const [one, other, program] = [
    setUp('http://c.example'),
    setUp('http://d.example'),
    setUp('http://c.example', false),
  ];
  for (let i = 0; i < 4; i += 1) for (const { watch } of [one, other, program]) watch();
  for (let i = 0; i < 4; i += 1) program.watch();
  await expect.poll(() => [one.open.size, other.open.size, program.open.size]).toEqual([4, 4, 8]);
});

import type { AppRouter } from '@earshot/server';
import { createTRPCClient } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { expect, test, vi } from 'vitest';
import { asEarshotError } from './errors.ts';
import { laterTransport } from './laterTransport.ts';
import type { Transport } from './transport.ts';

/** A transport that answers every call with its path, and counts how many links were made of it. */
function answering() {
  const links = vi.fn();
  const transport: Transport = {
    link: () => {
      links();
      return ({ op }) =>
        observable((observer) => {
          observer.next({ result: { type: 'data', data: op.path } });
          observer.complete();
        });
    },
    probe: vi.fn<Transport['probe']>(),
    close: vi.fn<Transport['close']>(async () => {}),
  };
  return { transport, links };
}

const callerOf = ({ link }: Transport) => createTRPCClient<AppRouter>({ links: [link] });

test('is loaded with the first call, once; calls made meanwhile wait, and share one link', async () => {
  const { transport, links } = answering();
  const { promise, resolve } = Promise.withResolvers<Transport>();
  const load = vi.fn(() => promise);
  const later = laterTransport(load);
  const trpc = callerOf(later);
  expect(load).not.toHaveBeenCalled();
  const calls = [trpc.rooms.get.query({ roomId: 'a' }), trpc.presence.list.query({ roomId: 'a' })];
  resolve(transport);
  expect(await Promise.all(calls)).toEqual(['rooms.get', 'presence.list']);
  expect(await trpc.rooms.get.query({ roomId: 'b' })).toBe('rooms.get');
  expect([load.mock.calls.length, links.mock.calls.length]).toEqual([1, 1]);
});

test('what can’t be loaded is a lost connection, and the next call tries again', async () => {
  const { transport } = answering();
  const load = vi.fn<() => Promise<Transport>>();
  load
    .mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'))
    .mockResolvedValueOnce(transport);
  const trpc = callerOf(laterTransport(load));
  const failed = await trpc.rooms.get.query({ roomId: 'a' }).catch(asEarshotError);
  expect(failed).toMatchObject({ code: 'CONNECTION_LOST', retry: 'reconnect' });
  expect(await trpc.rooms.get.query({ roomId: 'a' })).toBe('rooms.get');
});

test('a subscription that ends meanwhile is not begun', async () => {
  const { transport, links } = answering();
  const { promise, resolve } = Promise.withResolvers<Transport>();
  const trpc = callerOf(laterTransport(() => promise));
  trpc.rooms.watch.subscribe({ roomId: 'a' }, { onData: () => {} }).unsubscribe();
  resolve(transport);
  await new Promise(setImmediate);
  expect(links).not.toHaveBeenCalled();
});

test('closing loads nothing, and closes what was loaded', async () => {
  const { transport } = answering();
  const load = vi.fn(async () => transport);
  const later = laterTransport(load);
  later.probe(1_000);
  await later.close();
  expect(load).not.toHaveBeenCalled();
  await callerOf(later).rooms.get.query({ roomId: 'a' });
  later.probe(1_000);
  await later.close();
  expect([transport.probe, transport.close].map((method) => vi.mocked(method).mock.calls.length)).toEqual([1, 1]);
});

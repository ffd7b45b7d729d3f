import { tracked } from '@trpc/server';
import { expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { messageOf, trackedResult } from './replies.ts';
import type { SubscriptionHandle } from './subscriptionHandle.ts';
import { call, serve, started, stop, stopped, type TestContext, t } from './testServer.ts';

type Begin = (subscription: SubscriptionHandle, ended: () => void) => void;

const done = { done: true, value: undefined } as const;

/** Yields 1, hands off, then yields 3 and ends. */
const createRouter = (begin: Begin) =>
  t.router({
    numbers: t.procedure.subscription(({ ctx: { subscription } }) => {
      const steps = [
        () => ({ done: false, value: tracked('1', 1) }) as const,
        () => {
          subscription?.handOff({ begin: (ended) => begin(subscription, ended) });
          return done;
        },
        () => ({ done: false, value: tracked('3', 3) }) as const,
      ];
      const next = async () => steps.shift()?.() ?? done;
      return { [Symbol.asyncIterator]: () => ({ next }) };
    }),
  });

const options = {
  createContext: (): TestContext => ({ name: 'Ada' }),
  subscriptionContext: (ctx: TestContext, subscription: SubscriptionHandle) => ({ ...ctx, subscription }),
};
const event = (n: number) => ({ id: 7, result: { type: 'data', data: { id: `${n}`, data: n }, id: `${n}` } });

test('a delivery takes over from the iterator, writes the same messages, and gives it back', async () => {
  let send = (_text: string) => {};
  const router = createRouter(({ replyPrefix }, ended) => {
    send(messageOf(replyPrefix, trackedResult('2', 2, JSON.stringify)));
    setImmediate(ended);
  });
  await using server = await serve({ ...options, router });
  server.wss.on('connection', (socket) => {
    send = (text) => socket.send(text);
  });
  const client = await server.connect();
  client.send(call(7, 'subscription', 'numbers'));
  for (const expected of [started(7), event(1), event(2), event(3), stopped(7)]) {
    expect(await client.next()).toEqual(expected);
  }
});

test('a stop ends a subscription that is handed off', async () => {
  const onStop = vi.fn();
  const router = createRouter(({ stop }) => stop.addEventListener('abort', onStop));
  await using server = await serve({ ...options, router });
  const client = await server.connect();
  client.send(call(7, 'subscription', 'numbers'));
  for (const expected of [started(7), event(1)]) expect(await client.next()).toEqual(expected);
  client.send('PING');
  expect(await client.next()).toBe('PONG');
  client.send(stop(7));
  expect(await client.next()).toEqual(stopped(7));
  expect(onStop).toHaveBeenCalledTimes(1);
});

test('a reply that was sent ahead of the first event is flushed when the subscription is handed off', async () => {
  const router = createRouter(() => {});
  const sent: string[] = [];
  const transport = (socket: WebSocket) => ({
    isOpen: true,
    send: (text: string) => sent.push(`send ${JSON.parse(text).result.type}`),
    sendAhead: (text: string) => sent.push(`sendAhead ${JSON.parse(text).result.type}`),
    flushAhead: () => {
      sent.push('flushAhead');
      socket.send('PONG');
    },
    close: () => socket.close(),
  });
  await using server = await serve({ ...options, router, transport });
  const client = await server.connect();
  client.send(call(7, 'subscription', 'numbers'));
  expect(await client.next()).toBe('PONG');
  expect(sent).toEqual(['sendAhead started', 'send data', 'flushAhead']);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BrokerEvent } from './envelope.ts';
import { createBench } from './testBench.ts';
import type { FeedItem } from './watcher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const departure = { type: 'member.left', userId: 'ada' } as const;

/** A feed whose ring holds four entries, and a watcher that missed the messages after the first. It records the types of unread events. */
async function setup() {
  const bench = createBench({ ringSize: 4 });
  bench.appendUnpublished(4);
  await bench.reader();
  const unread: (string | undefined)[] = [];
  const onUnread = (event: BrokerEvent | undefined) => void unread.push(event?.type);
  const watch = bench.hub.watch('room', { history: 1, after: { seq: 1, time: null }, signals: [], onUnread });
  const next = async (): Promise<FeedItem> => {
    const item = watch.next();
    await bench.pass(20);
    const { value } = await item;
    if (!value) throw new Error('the watch has ended');
    return value;
  };
  const depart = () => void bench.hub.publish('room', departure, 'connection');
  return { ...bench, watch, next, depart, unread };
}

test('a watcher that receives missed changes learns of later events before the next of them, once', async () => {
  const { next, depart, unread, pass, watch } = await setup();
  await next();
  expect(unread).toEqual([]);
  depart();
  await pass(10);
  expect(await next()).toMatchObject({ event: { type: 'message.created' }, position: { seq: 3 } });
  expect(unread).toEqual(['member.left']);
  await next();
  expect(unread).toEqual(['member.left']);
  expect(await next()).toMatchObject({ event: departure });
  void watch.return();
});

test('a watcher that receives missed changes learns that later events have left the ring', async () => {
  const { next, depart, unread, send, pass, watch } = await setup();
  await next();
  depart();
  for (let n = 0; n < 4; n += 1) send();
  await pass(10);
  await next();
  expect(unread[0]).toBeUndefined();
  expect(unread).toEqual([undefined, ...Array(4).fill('message.created')]);
  void watch.return();
});

test('a watcher that is up to date learns that events have left the ring before it read them', async () => {
  const { next, depart, unread, hub, pass, watch } = await setup();
  const typing = { type: 'typing', user: { userId: 'bob', username: 'Bob' }, isTyping: true } as const;
  const type = () => void hub.publish('room', typing, 'connection');
  for (let n = 0; n < 3; n += 1) await next();
  type();
  expect(await next()).toMatchObject({ event: typing });
  unread.length = 0;
  depart();
  for (let n = 0; n < 4; n += 1) type();
  await pass(10);
  expect(await next()).toMatchObject({ event: typing });
  expect(unread).toEqual([undefined]);
  void watch.return();
});

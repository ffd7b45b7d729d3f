import { decodeWire, encodeWire, limits, messageWeight } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChangeEvent } from '../feed/envelope.ts';
import { createBench } from '../feed/testBench.ts';
import type { Sink } from '../feed/watcher.ts';
import { Budget } from './budget.ts';
import { type ClientTransport, Connection } from './connection.ts';
import { unlimited } from './rateLimit.ts';
import { WatchReadLimiter } from './watchReadLimiter.ts';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'performance', 'Date'] }),
);
afterEach(() => void vi.useRealTimers());

const messageCount = 400;
const content = 'x'.repeat(2_000);
const charsPerUnit = 4_096;
const [rate, burst] = [20, 400];
/** One page may be larger than what is left of the budget. */
const pageChars = limits.pageChars + content.length;
const messagesPerPage = Math.floor(pageChars / messageWeight({ content, reactions: [] }));

/** A room whose missed messages are all in memory, unless the ring is small, and clients of one address that return to it. */
async function setup(options: Parameters<typeof createBench>[0] = {}) {
  const { hub, send, pass, reader, store } = createBench(options);
  const budget = new Budget({ user: unlimited, address: { rate, burst } });
  await reader(); // keeps the feed open
  for (let n = 0; n < messageCount; n += 1) send(content);
  await pass(20);
  let chars = 0;
  const count = (received: ChangeEvent[], event: ChangeEvent) => {
    chars += messageWeight(event.message);
    received.push(event);
  };
  /** Returns to the room. Resolves to what the client missed, once it has received all of it. */
  const resume = async (connection: Connection, { inPages }: { inPages: boolean }): Promise<number[]> => {
    connection.readLimiter ??= new WatchReadLimiter(budget, connection);
    const received: ChangeEvent[] = [];
    const codec: Sink['codec'] = { encode: (event) => `${encodeWire(event)}\n` };
    const write = (bytes: Uint8Array) => {
      for (const line of bytes.toString().trimEnd().split('\n')) count(received, decodeWire(line) as ChangeEvent);
      return true;
    };
    const watch = hub.watch('room', {
      ...{ history: 0, after: { seq: 0, time: null }, signals: [], readLimiter: connection.readLimiter },
      ...(inPages && { sink: { codec, key: 'all', frame: (text) => Buffer.from(text), write } }),
    });
    while (received.length < messageCount) {
      const { value } = await watch.next();
      if (value?.kind === 'missed') value.write();
      if (value?.kind === 'event' && 'message' in value.event) count(received, value.event);
    }
    return received.map(({ message }) => message.seq);
  };
  return { resume, pass, store, chars: () => chars };
}

const client = (n: number, transport?: ClientTransport) =>
  new Connection({
    ...{ user: { userId: `user-${n}`, username: 'Ada' }, address: '192.0.2.1' },
    ...(transport && { transport }),
  });

const forms = [
  ['in pages', { inPages: true }],
  ['one by one', { inPages: false }],
] as const;

test.each(forms)(
  'many clients of one address that resume from memory receive, %s, half of the budget at once and then its rate',
  async (_, form) => {
    const { resume, pass, chars } = await setup();
    for (let n = 0; n < 300; n += 1) void resume(client(n), form);
    await pass(200);
    const atOnce = chars();
    expect(atOnce).toBeGreaterThan((burst / 2) * charsPerUnit * 0.9);
    expect(atOnce).toBeLessThan((burst / 2 + rate) * charsPerUnit + pageChars);
    await pass(10_000);
    expect(chars() - atOnce).toBeLessThan(10 * rate * charsPerUnit + pageChars);
  },
);

test.each(forms)(
  'many clients of one address that resume from a slow store receive, %s, half of the budget and its rate, however many read at once',
  async (_, form) => {
    const { resume, pass, chars, store } = await setup({ ringSize: 8, pageSize: messagesPerPage });
    await pass(1_000); // no read is shared any more
    store.latency = () => 100;
    for (let n = 0; n < 300; n += 1) void resume(client(n), form);
    await pass(10_000);
    expect(chars()).toBeGreaterThan((burst / 2) * charsPerUnit * 0.9);
    expect(chars()).toBeLessThan((burst / 2 + 10 * rate) * charsPerUnit + 2 * pageChars);
  },
);

test.each(forms)('clients who wait for their budget receive every change once and in order, %s', async (_, form) => {
  const { resume, pass, store } = await setup();
  const resumed = [1, 2, 3].map((n) => resume(client(n), form));
  await pass(60_000);
  for (const numbers of await Promise.all(resumed)) {
    expect(numbers).toEqual(Array.from({ length: messageCount }, (__, n) => n + 1));
  }
  expect(store.reads.changesSince).toBe(0);
});

test.each(forms)('a client that does not read receives nothing from memory, %s, until it reads', async (_, form) => {
  const { resume, pass, chars } = await setup();
  const drained = Promise.withResolvers<void>();
  let isFull = true;
  const transport = { writable: () => (isFull ? drained.promise : undefined), isBroken: false };
  const resumed = resume(client(1, transport), form);
  await pass(1_000);
  expect(chars()).toBe(0);
  isFull = false;
  drained.resolve();
  await pass(60_000);
  expect(await resumed).toHaveLength(messageCount);
});

test('a connection receives two pages at a time, from any number of rooms', async () => {
  const { hub, send, pass, reader } = createBench();
  await reader();
  for (let n = 0; n < 3; n += 1) send();
  await pass(20);
  const connection = client(1);
  const readLimiter = new WatchReadLimiter(new Budget({ user: unlimited, address: unlimited }), connection);
  const sink: Sink = {
    ...{ codec: { encode: (event) => encodeWire(event) }, key: 'all' },
    ...{ frame: (text) => Buffer.from(text), write: () => true },
  };
  const watcher = { history: 0, after: { seq: 0, time: null }, readLimiter, sink };
  const watches = Array.from({ length: 5 }, () => hub.watch('room', { ...watcher, signals: [] }));
  let pages = 0;
  for (const watch of watches) void watch.next().then(() => (pages += 1));
  await pass(1_000);
  expect(pages).toBe(2);
  for (const watch of watches.slice(0, 2)) void watch.return(); // a watch that ends makes room for the next
  await pass(100);
  expect(pages).toBe(4);
});

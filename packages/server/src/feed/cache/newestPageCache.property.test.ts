import type { HistoryPage, Message } from '@earshot/shared';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../observe/logger.ts';
import { encodeEnvelope } from '../envelope.ts';
import { createHub } from '../hub.ts';
import { newestPage, noteObserved, Reader } from '../testBench.ts';
import { type ModelStore, seededRandom, unreliable } from '../testModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const room = 'room';

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('send' as const), here: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('change' as const), here: fc.boolean(), which: fc.nat() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 100 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('watch' as const), history: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('breakBroker' as const, 'breakStore' as const) }) },
);

const world = fc.record({
  seed: fc.integer(),
  loss: fc.constantFrom(0, 0.2, 0.9),
  ringSize: fc.constantFrom(2, 5, 1_024),
  pageSize: fc.constantFrom(1, 3, 200),
  /** Number of messages at the start: below, at and above the capacity of the cache. */
  before: fc.constantFrom(0, 3, 100, 101, 140),
  steps: fc.array(fc.tuple(step, fc.oneof(fc.constant(0), fc.nat(80))), { minLength: 10, maxLength: 80 }),
});

interface Reading {
  limit: number;
  /** The latest change published by this instance before the read, and the room's latest change after it. */
  between: [published: number, head: number];
  page: HistoryPage;
}

test('the newest page from memory always equals a page of the store, and includes everything observed here', async () => {
  const numRuns = fc.readConfigureGlobal().numRuns ?? 400;
  const seen = { pages: 0, none: 0, final: 0 };
  await fc.assert(
    fc.asyncProperty(world, async ({ seed, loss, ringSize, pageSize, before, steps }) => {
      vi.clearAllTimers(); // remains of a failed run
      const random = seededRandom(seed);
      const { store, broker } = unreliable(random, loss);
      for (let n = 0; n < before; n += 1) store.append(room);
      const hub = createHub({ database: store, broker, log: createLogger('silent'), ringSize, pageSize, random });
      const readers = [new Reader(hub, room)];
      const readings: Reading[] = [];
      let published = 0;

      const notify = (event: ReturnType<ModelStore['append']>, here: boolean) => {
        if (!here) return void broker.publish(room, encodeEnvelope(event, '')).catch(() => {}); // another instance
        noteObserved(hub, room, event);
        void hub.publish(room, event);
        published = event.message.updatedSeq;
      };
      const read = async (limit: number) => {
        const from = published;
        const page = await newestPage(hub, room, limit).catch(() => null); // the store is down
        if (page) readings.push({ limit, between: [from, store.head(room)], page });
        else seen.none += 1;
        return page;
      };
      for (const [next, pauseMs] of steps) {
        if (next.do === 'send') notify(store.append(room), next.here);
        else if (next.do === 'change') {
          const all = store.messages(room);
          const target = all[Math.max(0, all.length - 1 - (next.which % 120))];
          if (target) notify(store.change(room, target.seq, `changed at ${store.head(room) + 1}`), next.here);
        } else if (next.do === 'read') void read(next.limit);
        else if (next.do === 'watch') readers.push(new Reader(hub, room, { history: next.history }));
        else if (next.do === 'stop') readers[next.which % readers.length]?.stop();
        else if (next.do === 'breakBroker') {
          broker.interrupt();
          setTimeout(() => broker.restore(), 700);
        } else {
          store.down = true;
          setTimeout(() => {
            store.down = false;
          }, 700);
        }
        await vi.advanceTimersByTimeAsync(pauseMs);
      }
      await vi.advanceTimersByTimeAsync(20_000);
      const last = read(100);
      await vi.advanceTimersByTimeAsync(1_000);
      if (hub.openFeeds > 0) {
        seen.final += 1;
        expect(await last).toEqual(pageAt(store, store.head(room), 100));
      }

      for (const reading of readings) verify(reading, store);
      for (const reader of readers) verifyStart(reader, store);
      seen.pages += readings.length;
      for (const reader of readers) reader.stop();
      expect([hub.openFeeds, hub.cachedPages]).toEqual([0, 0]);
      await vi.advanceTimersByTimeAsync(10_000);
    }),
    { numRuns },
  );
  // The runs exercised the cache.
  expect(seen.pages).toBeGreaterThan(2.5 * numRuns);
  expect(seen.none).toBeGreaterThan(1.25 * numRuns);
  expect(seen.final).toBeGreaterThan(0.375 * numRuns);
}, 120_000);

/** Returns the store's page when the room was at that change. */
function pageAt(store: ModelStore, head: number, limit: number): HistoryPage {
  const latest = new Map<number, Message>();
  for (const { message } of (store.log.get(room) ?? []).slice(0, head)) latest.set(message.seq, message);
  const messages = [...latest.values()];
  return { messages: messages.slice(Math.max(0, messages.length - limit)), hasMore: messages.length > limit };
}

function verify({ limit, between: [published, head], page }: Reading, store: ModelStore): void {
  const text = JSON.stringify(page);
  const moments = Array.from({ length: head - published + 1 }, (_, n) => published + n);
  const found = moments.some((moment) => JSON.stringify(pageAt(store, moment, limit)) === text);
  expect(found, `a page of ${limit} between ${published} and ${head}`).toBe(true);
}

/** The start of a watch, from memory or from the store, is also the state of one instant. */
function verifyStart(reader: Reader, store: ModelStore): void {
  const [start] = reader.items;
  if (start?.kind !== 'start' || start.messages.length === 0) return;
  expect(start.messages).toEqual(pageAt(store, start.position.seq, start.messages.length).messages);
}

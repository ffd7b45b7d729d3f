import { EarshotError, positionOf } from '@earshot/shared';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../observe/logger.ts';
import type { RoomCaches } from './cache/roomCache.ts';
import { encodeEnvelope } from './envelope.ts';
import { createHub, type Hub, type HubOptions } from './hub.ts';
import { Reader } from './testBench.ts';
import { ModelBroker, ModelStore, seededRandom, unreliable } from './testModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const room = 'room';
const typing = { type: 'typing', user: { userId: 'bob', username: 'Bob' }, isTyping: true } as const;

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('send'), here: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('change'), here: fc.boolean(), which: fc.nat() }) },
  // The text stays the same, so the change does not replace earlier versions of the message.
  { weight: 3, arbitrary: fc.record({ do: fc.constant('react'), here: fc.boolean(), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('type'), here: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('watch'),
      history: fc.nat(5),
      /** The distance before the head from which it resumes. Negative: ahead of the head. Null: a fresh watch. */
      back: fc.option(fc.integer({ min: -2, max: 30 })),
      slowness: fc.constantFrom(0, 0, 15, 90),
      /** Probability that the fan-out rejects a write or an event. Null: no fan-out. */
      refusal: fc.constantFrom(null, 0, 0.3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop'), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('breakBroker', 'breakStore'), ms: fc.nat(1_500) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const sizesOfHub = {
  ringSize: fc.constantFrom(2, 5, 1_024),
  pageSize: fc.constantFrom(1, 3, 200),
  coalesceThreshold: fc.constantFrom(1, 64),
  sectionSize: fc.constantFrom(1, 2, 256),
  writeBudgetMs: fc.constantFrom(0, 4),
  checkIntervalMs: fc.constantFrom(200, 3_000),
} satisfies { [Option in keyof HubOptions]?: fc.Arbitrary<HubOptions[Option]> }; // a name that the hub does not know is an error

const world = fc.record({
  seed: fc.integer(),
  loss: fc.constantFrom(0, 0.2, 0.9),
  ...sizesOfHub,
  steps: fc.array(fc.tuple(step, fc.nat(80)), { minLength: 10, maxLength: 60 }),
});

test('with any faults of the broker, every watcher receives every change once, in order', async () => {
  const numRuns = fc.readConfigureGlobal().numRuns ?? 1_000;
  const seen = { changes: 0, resumed: 0, superseded: 0, shared: 0, ends: 0 };
  await fc.assert(
    fc.asyncProperty(world, async ({ seed, loss, steps, ...sizes }) => {
      vi.clearAllTimers(); // remains of a failed run
      const random = seededRandom(seed);
      const { store, broker } = unreliable(random, loss);
      const hub = createHub({ database: store, broker, log: createLogger('silent'), random, ...sizes });
      const readers: Reader[] = [];

      for (const [next, pauseMs] of steps) {
        perform(next, { store, broker, hub, readers, random });
        await vi.advanceTimersByTimeAsync(pauseMs);
        seen.ends += verifyEnd(hub, store);
      }
      await vi.advanceTimersByTimeAsync(20_000);

      for (const reader of readers) {
        verifyOrder(reader, store, sizes.ringSize > 1_000);
        if (reader.error) verifyRefusal(reader);
        else if (!reader.stopped) verifyCompleteness(reader, store);
        seen.changes += reader.changes.length;
        seen.shared += reader.sharedCount;
        seen.resumed += reader.after === undefined ? 0 : 1;
        seen.superseded += store.head(room) - (reader.from ?? 0) - reader.changes.length;
      }
      for (const reader of readers) reader.stop();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(readers.every((reader) => reader.ended)).toBe(true);
      expect([hub.openFeeds, hub.watchers, hub.sharedWatchers, broker.subscriptions, vi.getTimerCount()]).toEqual([
        0, 0, 0, 0, 0,
      ]);
    }),
    { numRuns },
  );
  // The runs exercised the hub.
  expect(seen.changes).toBeGreaterThan(10 * numRuns);
  expect(seen.resumed).toBeGreaterThan(numRuns);
  expect(seen.shared).toBeGreaterThan(3 * numRuns);
  expect(seen.superseded).toBeGreaterThan(numRuns);
  expect(seen.ends).toBeGreaterThan(numRuns / 2);
}, 120_000);

test('a broker that only reorders causes no reads: every number is delivered or superseded by a later one, none from the store', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 60 }), async (seed, length) => {
      vi.clearAllTimers(); // remains of a failed run
      const random = seededRandom(seed);
      const store = new ModelStore();
      const broker = new ModelBroker();
      broker.deliveryDelays = () => (random() < 0.3 ? [random() * 40, random() * 40] : [random() * 40]);
      const hub = createHub({ database: store, broker, log: createLogger('silent'), gapDelayMs: 50 });
      const reader = new Reader(hub, room);
      await vi.advanceTimersByTimeAsync(100);
      for (let sent = 0; sent < length; sent += 1) {
        const event = random() < 0.5 || sent === 0 ? store.append(room) : store.change(room, 1, String(sent));
        void hub.publish(room, event);
        await vi.advanceTimersByTimeAsync(random() * 10);
      }
      await vi.advanceTimersByTimeAsync(100);
      const log = store.log.get(room) ?? [];
      const delivered = new Set(reader.changes.map(({ message }) => message.updatedSeq));
      expect(reader.changes.map(({ message }) => message)).toEqual(
        log.map(({ message }) => message).filter(({ updatedSeq }) => delivered.has(updatedSeq)),
      );
      verifyCompleteness(reader, store);
      expect(store.reads.changesSince).toBe(0);
      reader.stop();
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 100 },
  );
}, 60_000);

test('hundreds of watchers that start and stop leave no resources behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      vi.clearAllTimers(); // remains of a failed run
      const random = seededRandom(seed);
      const { store, broker } = unreliable(random, 0.2);
      const hub = createHub({ database: store, broker, log: createLogger('silent'), random });
      const readers: Reader[] = [];
      for (let round = 0; round < 300; round += 1) {
        const roomId = `room ${Math.floor(random() * 5)}`;
        readers.push(
          new Reader(
            hub,
            roomId,
            random() < 0.5 ? { refusesWrites: () => random() < 0.1 } : { after: 0, slowness: random() * 20 },
          ),
        );
        if (random() < 0.5) void hub.publish(roomId, store.append(roomId));
        store.down = random() < 0.1;
        if (random() < 0.05) broker.interrupt();
        if (random() < 0.2) broker.restore();
        if (random() < 0.6) readers[Math.floor(random() * readers.length)]?.stop();
        expect(hub.openFeeds).toBeLessThanOrEqual(5);
        await vi.advanceTimersByTimeAsync(random() < 0.5 ? 0 : random() * 20);
        // A feed that failed to open may exist beside its successor until its waiters are rejected.
        expect(broker.subscriptions).toBe(hub.openFeeds);
      }
      for (const reader of readers) reader.stop();
      expect([hub.openFeeds, hub.watchers, broker.subscriptions]).toEqual([0, 0, 0]);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(readers.every((reader) => reader.ended)).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
      await hub.close();
      expect(broker.listeners).toBe(0);
    }),
    { numRuns: fc.readConfigureGlobal().numRuns === undefined ? 20 : 1 },
  );
}, 60_000);

interface World {
  store: ModelStore;
  broker: ModelBroker;
  hub: Hub;
  readers: Reader[];
  random: () => number;
}

function perform(next: Step, { store, broker, hub, readers, random }: World): void {
  const notify = (event: Parameters<Hub['publish']>[1], here: boolean) => {
    if (here) void hub.publish(room, event);
    else broker.publish(room, encodeEnvelope(event, '')).catch(() => {}); // another instance
  };
  const messages = store.messages(room).length;
  if ('back' in next) {
    const seq = next.back === null ? undefined : Math.max(0, store.head(room) - next.back);
    const seen = seq === undefined ? undefined : store.log.get(room)?.[seq - 1];
    const after = seen && random() < 0.7 ? positionOf(seen.message) : seq;
    const { history, slowness, refusal } = next;
    const refusesWrites = refusal === null ? undefined : () => random() < refusal;
    readers.push(new Reader(hub, room, { history, after, slowness, refusesWrites }));
  } else if ('ms' in next && next.do === 'breakBroker') {
    broker.interrupt();
    setTimeout(() => broker.restore(), next.ms);
  } else if ('ms' in next) {
    store.down = true;
    setTimeout(() => {
      store.down = false;
    }, next.ms);
  } else if (next.do === 'stop' && 'which' in next) {
    readers[next.which % readers.length]?.stop();
  } else if (next.do === 'type' && 'here' in next) {
    notify(typing, next.here);
  } else if ('which' in next && 'here' in next && messages > 0) {
    const target = store.messages(room)[next.which % messages];
    const content = next.do === 'react' ? undefined : `changed at ${store.head(room) + 1}`;
    if (target) notify(store.change(room, target.seq, content ?? target.content), next.here);
  } else if ('here' in next) {
    notify(store.append(room), next.here);
  }
}

/** Verifies the hub's head of the log: the store has the creation of that message under its number. Returns the count verified. */
function verifyEnd(hub: RoomCaches, store: ModelStore): number {
  const end = hub.roomCache(room)?.headMessage;
  if (!end) return 0;
  expect(store.log.get(room)?.[end.seq - 1]).toEqual({ type: 'message.created', message: end });
  return 1;
}

function verifyOrder(reader: Reader, store: ModelStore, wholeRing: boolean): void {
  const log = store.log.get(room) ?? [];
  let position = reader.after ?? 0;
  const begin = reader.from ?? 0;
  const created = new Set<number>();
  for (const [index, item] of reader.items.entries()) {
    if (item.kind === 'start') {
      expect(index).toBe(0);
      expect(item.type).toBe(reader.after === undefined ? 'snapshot' : 'reset');
      expect(item.messages.every((message) => message.updatedSeq <= item.position.seq)).toBe(true);
      position = item.position.seq;
    } else if (item.event.type === 'message.created' || item.event.type === 'message.updated') {
      const { type, message } = item.event;
      expect(item.position).toEqual(positionOf(message));
      expect(item.position.seq).toBeGreaterThan(position);
      expect(message).toEqual(log[item.position.seq - 1]?.message);
      if (type === 'message.created') {
        expect(message.seq).toBeGreaterThan(begin);
        expect(created.has(message.seq)).toBe(false);
        created.add(message.seq);
      } else if (wholeRing) {
        expect(message.seq <= begin || created.has(message.seq)).toBe(true);
      }
      position = item.position.seq;
    } else {
      // It may follow undelivered changes, because a later change of the same message will be delivered.
      expect(item.position.seq).toBeGreaterThanOrEqual(position);
      position = item.position.seq;
    }
  }
}

/** Every change since the reader began was delivered, or a later change of the same message was. */
function verifyCompleteness(reader: Reader, store: ModelStore): void {
  const latest = new Map<number, number>();
  for (const { message } of reader.changes) latest.set(message.seq, message.updatedSeq);
  const delivered = new Set(reader.changes.map(({ message }) => message.updatedSeq));
  if (reader.after === undefined) expect(reader.items[0]?.kind).toBe('start');
  for (const { message } of (store.log.get(room) ?? []).slice(reader.from)) {
    const superseded = (latest.get(message.seq) ?? 0) > message.updatedSeq;
    expect(delivered.has(message.updatedSeq) || superseded, `change ${message.updatedSeq} of ${reader.summary}`).toBe(
      true,
    );
  }
}

/** Errors are named, and occur only before the first item. */
function verifyRefusal(reader: Reader): void {
  expect(reader.error).toBeInstanceOf(EarshotError);
  expect(reader.error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(reader.items).toEqual([]);
}

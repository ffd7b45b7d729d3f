import type { Message, Position } from '@earshot/shared';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../observe/logger.ts';
import { encodeEnvelope, isChange } from './envelope.ts';
import { createHub, type Hub, type HubOptions } from './hub.ts';
import { Reader } from './testBench.ts';
import { seededRandom, unreliable } from './testModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const room = 'room';

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('send'), here: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('change'), here: fc.boolean(), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore'), back: fc.nat(12) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('watch'),
      /** The index of a past position to resume from; null: a fresh watch. */
      from: fc.option(fc.nat()),
      slowness: fc.constantFrom(0, 0, 15),
      refusal: fc.constantFrom(null, 0, 0.3),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const sizesOfHub = {
  ringSize: fc.constantFrom(2, 5, 1_024),
  pageSize: fc.constantFrom(1, 3, 200),
  checkIntervalMs: fc.constantFrom(200, 3_000),
} satisfies { [Option in keyof HubOptions]?: fc.Arbitrary<HubOptions[Option]> }; // a name that the hub does not know is an error

const world = fc.record({
  seed: fc.integer(),
  ...sizesOfHub,
  steps: fc.array(fc.tuple(step, fc.nat(80)), { minLength: 10, maxLength: 50 }),
});

type Room = Map<number, Message>;
const roomOf = (messages: readonly Message[]): Room => new Map(messages.map((message) => [message.seq, message]));

/** A reader, and the state of the room that it knew when it began. */
interface Observer {
  reader: Reader;
  initialRoom: Room;
}

/** The broker delays, repeats and reorders, but loses nothing: the first events of another history reveal that it was replaced. */
test('no watcher misses a change that the store has, even after repeated restores', async () => {
  const numRuns = fc.readConfigureGlobal().numRuns ?? 300;
  const seen = { resets: 0, resumed: 0, restored: 0 };
  await fc.assert(
    fc.asyncProperty(world, async ({ seed, steps, ...sizes }) => {
      vi.clearAllTimers(); // remains of a failed run
      const random = seededRandom(seed);
      const { store, broker } = unreliable(random, 0);
      const hub = createHub({ database: store, broker, log: createLogger('silent'), random, ...sizes });
      const observers: Observer[] = [];
      const moments: { position: Position; messages: Room }[] = [];
      const notify = (event: Parameters<Hub['publish']>[1], here: boolean) => {
        moments.push({ position: store.position(room), messages: roomOf(store.messages(room)) });
        if (here) void hub.publish(room, event);
        else broker.publish(room, encodeEnvelope(event, '')).catch(() => {}); // another instance
      };
      const perform = (next: Step) => {
        const all = store.messages(room);
        if ('from' in next) {
          const moment = next.from === null ? undefined : moments[next.from % moments.length];
          const { refusal } = next;
          const refusesWrites = refusal === null ? undefined : () => random() < refusal;
          const reader = new Reader(hub, room, { history: 1_000, after: moment?.position, ...next, refusesWrites });
          observers.push({ reader, initialRoom: moment?.messages ?? new Map() });
          if (moment) seen.resumed += 1;
        } else if ('back' in next) {
          store.restore(room, Math.max(0, store.head(room) - next.back));
          seen.restored += 1;
        } else if ('which' in next) {
          const target = all[next.which % all.length];
          if (target) notify(store.change(room, target.seq, `changed at ${store.head(room) + 1}`), next.here);
        } else notify(store.append(room), next.here);
      };
      for (const [next, pauseMs] of steps) {
        perform(next);
        await vi.advanceTimersByTimeAsync(1 + pauseMs); // without progress of the clock two histories can't be distinguished
      }
      await vi.advanceTimersByTimeAsync(30_000);

      const stored = store.messages(room);
      for (const observer of observers) {
        expect(observer.reader.error).toBeUndefined();
        const displayed = known(observer);
        const received = stored.map(({ seq }) => displayed.get(seq));
        expect(received, observer.reader.summary.join()).toEqual(stored);
        seen.resets += observer.reader.summary.filter((item) => item.startsWith('reset')).length;
        observer.reader.stop();
      }
      await vi.advanceTimersByTimeAsync(10_000);
      expect([hub.openFeeds, hub.watchers, hub.sharedWatchers, broker.subscriptions, vi.getTimerCount()]).toEqual([
        0, 0, 0, 0, 0,
      ]);
    }),
    { numRuns },
  );
  // The runs exercised the feed.
  expect(seen.resumed).toBeGreaterThan(numRuns);
  expect(seen.restored).toBeGreaterThan(numRuns);
  expect(seen.resets).toBeGreaterThan(numRuns);
}, 120_000);

/** The room as the watcher displays it. */
function known({ reader, initialRoom }: Observer): Room {
  let displayed = new Map(initialRoom);
  for (const item of reader.items) {
    if (item.kind === 'start') displayed = roomOf(item.messages);
    else if (isChange(item.event)) displayed.set(item.event.message.seq, item.event.message);
  }
  return displayed;
}

import {
  type ChangeEvent,
  decodeWire,
  encodeWire,
  type GivenPosition,
  type HistoryPage,
  type Position,
} from '@earshot/shared';
import { pino } from 'pino';
import { vi } from 'vitest';
import type { RoomCaches } from './cache/roomCache.ts';
import { isChange } from './envelope.ts';
import { createHub, type Hub, type HubOptions, type Watch } from './hub.ts';
import { ModelBroker, ModelStore } from './testModel.ts';
import type { Codec, FeedItem, Handoff, MissedChanges, ReadLimiter, Sink } from './watcher.ts';

/** A hub between a model store and a model broker. Both are fast and reliable unless a test changes that. Needs fake timers. */
export function createBench(options: Partial<HubOptions> = {}) {
  const store = new ModelStore();
  const broker = new ModelBroker();
  const counts: Record<string, number> = {};
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line).msg) });
  const onCount = (name: string, n = 1) => {
    counts[name] = (counts[name] ?? 0) + n;
  };
  const hub = createHub({ database: store, broker, log, onCount, random: () => 0.5, ...options });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  return {
    store,
    broker,
    hub,
    counts,
    logged,
    /** Advances the fake time by that many milliseconds. */
    pass,
    /** Creates a reader and waits until it has started. */
    async reader(readerOptions?: ReaderOptions): Promise<Reader> {
      const reader = new Reader(hub, 'room', readerOptions);
      await pass(10);
      return reader;
    },
    /** Appends a message and publishes it. */
    send(content?: string): ChangeEvent {
      const event = store.append('room', content);
      noteObserved(hub, 'room', event);
      void hub.publish('room', event, 'connection');
      return event;
    },
    /** Changes the message with that `seq` and publishes the change. */
    change(seq: number, content = 'changed'): ChangeEvent {
      const event = store.change('room', seq, content);
      noteObserved(hub, 'room', event);
      void hub.publish('room', event, 'connection');
      return event;
    },
    /** Appends that many messages without publishing them. */
    appendUnpublished(count: number): void {
      for (let n = 0; n < count; n += 1) store.append('room');
    },
  };
}

/** The result of `remainingResources` once all are released. */
export const nothing = { feeds: 0, watchers: 0, subscriptions: 0, timers: 0 };

/** The resources that a hub holds. */
export function remainingResources({ hub, broker }: ReturnType<typeof createBench>) {
  const { openFeeds: feeds, watchers } = hub;
  return { feeds, watchers, subscriptions: broker.subscriptions, timers: vi.getTimerCount() };
}

/** Reports a change of this instance to the room's cache, as `CachedStore` does. */
export function noteObserved(hub: RoomCaches, roomId: string, { message }: ChangeEvent): void {
  hub.roomCache(roomId)?.noteObserved(message.updatedSeq);
}

/** The newest page from memory; null if it must be read from the store. */
export async function newestPage(hub: RoomCaches, roomId: string, limit: number): Promise<HistoryPage | null> {
  return (await hub.roomCache(roomId)?.newestPage(limit)) ?? null;
}

interface ReaderOptions {
  history?: number;
  /** The position to resume from. A plain number has no time, as clients of earlier versions send it. */
  after?: GivenPosition | number | undefined;
  /** Milliseconds that the reader takes for each item. */
  slowness?: number;
  /** Allows delivery by the fan-out. Returns whether the sink is full or the event needs the slow path. */
  refusesWrites?: (() => boolean) | undefined;
  readLimiter?: ReadLimiter;
}

const codec: Codec = { encode: (event, position) => `${encodeWire({ event, position })}\n` };
let readers = 0;

/** For the tests of the feed: a consumer that records every item it receives. */
export class Reader {
  readonly items: Exclude<FeedItem, Handoff | MissedChanges>[] = [];
  /** Number of items delivered by the fan-out. */
  sharedCount = 0;
  readonly after: number | undefined;
  error: unknown;
  ended = false;
  readonly #controller = new AbortController();
  readonly #watch: Watch;

  constructor(hub: Hub, roomId: string, options: ReaderOptions = {}) {
    const { history = 50, after, slowness = 0, refusesWrites, readLimiter } = options;
    this.after = typeof after === 'object' ? after.seq : after;
    const position = typeof after === 'number' ? { seq: after, time: null } : after;
    const fanOut = refusesWrites && { sink: this.#createSink(refusesWrites), needsSlowPath: refusesWrites };
    const watcher = {
      history,
      after: position,
      signals: [this.#controller.signal],
      ...(readLimiter && { readLimiter }),
      ...fanOut,
    };
    this.#watch = hub.watch(roomId, watcher);
    void this.#read(this.#watch, slowness);
  }

  get stopped(): boolean {
    return this.#controller.signal.aborted;
  }

  /** The position at which reading began; undefined if unknown. */
  get from(): number | undefined {
    const [first] = this.items;
    return first?.kind === 'start' ? first.position.seq : this.after;
  }

  get changes(): ChangeEvent[] {
    return this.items.flatMap((item) => (item.kind === 'event' && isChange(item.event) ? [item.event] : []));
  }

  /** The items in short form: `snapshot@4`, `+5` created, `~6` updated, `typing@6`. */
  get summary(): string[] {
    return this.items.map((item) => {
      if (item.kind === 'start') return `${item.type}@${item.position.seq}`;
      if (!isChange(item.event)) return `${item.event.type}@${item.position.seq}`;
      return `${item.event.type === 'message.created' ? '+' : '~'}${item.position.seq}`;
    });
  }

  stop(): void {
    this.#controller.abort();
  }

  restart(): void {
    this.#watch.restart();
  }

  #createSink(refusesWrites: () => boolean): Sink {
    readers += 1;
    const write = (bytes: Uint8Array) => {
      if (refusesWrites()) return false;
      if (this.stopped) this.error = new Error('written to after the end');
      for (const line of Buffer.from(bytes).toString().trimEnd().split('\n')) {
        const { event, position } = decodeWire(line) as { event: ChangeEvent; position: Position };
        this.items.push({ kind: 'event', event, fromConnectionId: '', position });
        this.sharedCount += 1;
      }
      return true;
    };
    return { codec, key: String(readers % 3), frame: (text) => Buffer.from(text), write };
  }

  async #read(feed: AsyncIterable<FeedItem>, slowness: number): Promise<void> {
    try {
      for await (const item of feed) {
        if (item.kind === 'handoff') {
          await new Promise<void>((ended) => item.begin(ended));
          continue;
        }
        if (item.kind === 'missed') item.write();
        else this.items.push(item);
        if (slowness > 0) await new Promise((resolve) => setTimeout(resolve, slowness));
      }
    } catch (error) {
      this.error = error;
    }
    this.ended = true;
  }
}

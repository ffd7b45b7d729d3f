import { setImmediate as immediate } from 'node:timers/promises';
import { newId, type Position, type RoomEvent } from '@earshot/shared';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { TickShares } from '../async/tickShares.ts';
import { TimeSlicedQueue } from '../async/timeSlicedQueue.ts';
import { FanOut } from './fanOut.ts';
import { FanOutWatcher } from './fanOutWatcher.ts';
import { Cursor, type FeedEntry, Ring } from './ring.ts';
import type { Codec, Sink, Watcher } from './watcher.ts';

const typing = { type: 'typing', user: { userId: 'ann', username: 'Ann' }, isTyping: true } as const;

const message = {
  id: newId(),
  roomId: 'room',
  updatedSeq: 9,
  userId: 'ann',
  username: 'Ann',
  content: 'Hello',
  timestamp: new Date(),
  editedAt: null,
  deleted: false,
  reactions: [],
};
const changeOf = (seq: number) => ({ type: 'message.updated', message: { ...message, seq } }) as const;

/** Encodes texts like `3:presence`, where the number is the position to resume from. */
class CountingCodec implements Codec {
  encoded = 0;

  encode(event: RoomEvent, { seq }: Position): string | null {
    this.encoded += 1;
    return event.type === 'user.left' ? null : `${seq}:${event.type} `;
  }
}

class TestSink implements Sink {
  readonly codec: Codec;
  readonly key: string;
  readonly written: string[] = [];
  framed = 0;
  full = false;

  constructor(codec: Codec, key = 'one') {
    this.codec = codec;
    this.key = key;
  }

  frame(text: string): Uint8Array {
    this.framed += 1;
    return Buffer.from(`${this.key}/${text}`);
  }

  write(bytes: Uint8Array): boolean {
    if (!this.full) this.written.push(Buffer.from(bytes).toString());
    return !this.full;
  }
}

const at = (seq: number): Position => ({ seq, time: 1_000 + seq });
const neverFastPath = { fastPathUntil: 0, fastPathAfterSeq: 0 };

type NeedsSlowPath = NonNullable<Watcher['needsSlowPath']>;

function setUp(capacity = 1_024, { writeQueue = new TimeSlicedQueue(), sectionSize = 256 } = {}) {
  const ring = new Ring(capacity);
  const fanOut = new FanOut(ring, { writeQueue, tickShares: new TickShares(), coalesceThreshold: 64, sectionSize });
  const push = (event: FeedEntry['event'], seq: number | null = null) => {
    ring.push({ event, fromConnectionId: '', position: seq === null ? null : at(seq) });
    fanOut.onAppend();
  };
  const stop = new AbortController();
  const newWatcher = (sink: Sink, cursor: Cursor, needsSlowPath?: NeedsSlowPath, fastPath = neverFastPath) => {
    const { fastPathUntil, fastPathAfterSeq: knownSeq } = fastPath;
    const watcher: Watcher = { history: 0, signals: [], fastPathUntil, ...(needsSlowPath && { needsSlowPath }) };
    const fanOutWatcher = new FanOutWatcher({ watcher, sink, cursor, knownSeq, fanOut });
    stop.signal.addEventListener('abort', () => fanOutWatcher.close());
    return fanOutWatcher;
  };
  const attach = (sink: Sink, needsSlowPath?: NeedsSlowPath, fastPath = neverFastPath) => {
    const position = ring.head.seq > 7 ? ring.head : at(7);
    const cursor = new Cursor(position, 0);
    cursor.moveTo(ring.end, position);
    const watcher = { cursor, isDetached: false, flush: () => {} };
    watcher.flush = newWatcher(sink, cursor, needsSlowPath, fastPath).begin(() => {
      watcher.isDetached = true;
    });
    return watcher;
  };
  return { ring, fanOut, push, attach, newWatcher, stop };
}

test('events of one tick are encoded once, framed once per key, and written once to each sink', async () => {
  const { fanOut, push, attach } = setUp();
  const codec = new CountingCodec();
  const sinks = [...'aabbb'].map((key) => new TestSink(codec, key));
  for (const sink of sinks) attach(sink);
  push(typing);
  push({ type: 'presence', userCount: 2 });
  expect(sinks.flatMap(({ written }) => written)).toEqual([]);
  await immediate();
  expect(sinks.map(({ written }) => written)).toEqual(
    [...'aabbb'].map((key) => [`${key}/7:typing ${key}/7:presence `]),
  );
  expect(codec.encoded).toBe(2);
  expect(sinks.reduce((sum, { framed }) => sum + framed, 0)).toBe(4);
  expect(fanOut.size).toBe(5);
});

test('pending entries are written before the ring evicts them', () => {
  const { push, attach } = setUp(4);
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  for (let n = 0; n < 8; n += 1) push(typing);
  expect(sink.written).toHaveLength(2);
});

test('a batch too large for one write is split into several, each in its own tick', async () => {
  const { push, attach } = setUp();
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  for (let n = 0; n < 130; n += 1) push(typing);
  const lengths = () => sink.written.map((text) => text.split(' ').length - 1);
  await immediate();
  expect(lengths()).toEqual([64]);
  await immediate();
  expect(lengths()).toEqual([64, 64]);
  await immediate();
  expect(lengths()).toEqual([64, 64, 2]);
});

describe('sections', () => {
  /** Six watchers, two per section. A tick has time for one section. */
  function sections() {
    const { attach, ...bench } = setUp(1_024, { writeQueue: new TimeSlicedQueue({ longestMs: 0 }), sectionSize: 2 });
    const codec = new CountingCodec();
    const join = (needsSlowPath?: NeedsSlowPath) => {
      const sink = new TestSink(codec);
      return { sink, watcher: attach(sink, needsSlowPath) };
    };
    return { ...bench, codec, join, sinks: Array.from({ length: 6 }, () => join().sink) };
  }
  const written = (sinks: readonly TestSink[]) =>
    sinks.map((sink) => sink.written.join('').replaceAll('one/', '').trimEnd());

  test('are written to one after another, over several ticks, from one encoding', async () => {
    const { push, codec, sinks } = sections();
    push(changeOf(8), 8);
    await immediate();
    expect(written(sinks)).toEqual(['8:message.updated', '8:message.updated', '', '', '', '']);
    await immediate();
    await immediate();
    expect(written(sinks)).toEqual(sinks.map(() => '8:message.updated'));
    expect([codec.encoded, sinks.reduce((sum, { framed }) => sum + framed, 0)]).toEqual([1, 1]);
  });

  test('each receives everything once and in order, even with events between two of them', async () => {
    const { push, fanOut, join, ring, sinks } = sections();
    push(changeOf(8), 8);
    await immediate();
    push(changeOf(9), 9);
    const late = join();
    await immediate();
    push(typing);
    const filtered = join(({ type }) => type === 'presence');
    push({ type: 'presence', userCount: 2 });
    for (let n = 0; n < 8; n += 1) await immediate();
    const all = '8:message.updated 9:message.updated 9:typing 9:presence';
    expect(written(sinks)).toEqual(sinks.map(() => all));
    expect(written([late.sink, filtered.sink])).toEqual(['9:typing 9:presence', '']);
    expect([filtered.watcher.isDetached, filtered.watcher.cursor.next(ring)]).toMatchObject([
      true,
      { event: { type: 'presence' } },
    ]);
    expect([fanOut.size, late.watcher.isDetached]).toEqual([7, false]);
  });

  test('none receives a text that was replaced before its tick', async () => {
    const texts: Codec = { encode: (event) => ('message' in event ? `${event.message.content} ` : null) };
    const { push, attach } = setUp(1_024, { writeQueue: new TimeSlicedQueue({ longestMs: 0 }), sectionSize: 1 });
    const sinks = [new TestSink(texts), new TestSink(texts)];
    for (const sink of sinks) attach(sink);
    const at8 = { ...message, seq: 8, updatedSeq: 8, content: 'secret' };
    push({ type: 'message.created', message: at8 }, 8);
    await immediate();
    push({ type: 'message.updated', message: { ...at8, updatedSeq: 9, content: 'gone' } }, 9);
    for (let n = 0; n < 4; n += 1) await immediate();
    expect(written(sinks)).toEqual(['secret gone', 'gone']);
  });

  test('none receives an event for a reaction if the message was edited in the same tick: the edit contains it', async () => {
    const { push, attach } = setUp();
    const sink = new TestSink(new CountingCodec());
    attach(sink);
    const reacted = { ...message, seq: 7, updatedSeq: 8 };
    push({ type: 'message.updated', message: reacted, reacted: { userId: 'ada', emoji: '👍', on: true } }, 8);
    push({ type: 'message.updated', message: { ...reacted, updatedSeq: 9, content: 'edited' } }, 9);
    await immediate();
    expect(written([sink])).toEqual(['9:message.updated']);
  });

  test('a watcher that leaves while others are written to receives nothing more', async () => {
    const { push, sinks, stop } = sections();
    push(changeOf(8), 8);
    await immediate();
    stop.abort();
    await immediate();
    await immediate();
    expect(written(sinks).filter((text) => text !== '')).toHaveLength(2);
  });

  test('pending entries can be written to one watcher immediately', async () => {
    const { fanOut, push, attach } = setUp(1_024, {
      writeQueue: new TimeSlicedQueue({ longestMs: 0 }),
      sectionSize: 1,
    });
    const sinks = [new TestSink(new CountingCodec()), new TestSink(new CountingCodec())];
    const flushes = sinks.map((sink) => attach(sink).flush);
    push(typing);
    flushes[1]?.();
    expect(written(sinks)).toEqual(['', '7:typing']);
    fanOut.flush();
    expect(written(sinks)).toEqual(['7:typing', '7:typing']);
  });
});

describe('messages in quick succession', () => {
  const crowded = (watchers: number) => {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const { push, attach, stop } = setUp();
    const sinks = Array.from({ length: watchers }, () => new TestSink(new CountingCodec()));
    for (const sink of sinks) attach(sink);
    const written = () => sinks.map((sink) => sink.written.splice(0).map((text) => text.split(' ').length - 1));
    return { push, stop, written, each: (...writes: number[]) => sinks.map(() => writes) };
  };

  test('are coalesced above the threshold, a few milliseconds after the previous write', () => {
    const { push, written, each } = crowded(64);
    push(typing);
    vi.advanceTimersByTime(1);
    expect(written()).toEqual(each(1));
    for (let ms = 0; ms < 5; ms += 1) {
      push(typing);
      vi.advanceTimersByTime(1);
    }
    expect(written()).toEqual(each());
    vi.advanceTimersByTime(5);
    expect(written()).toEqual(each(5));
    vi.advanceTimersByTime(20);
    push(typing);
    vi.advanceTimersByTime(1);
    expect(written()).toEqual(each(1));
  });

  test('are written immediately below the threshold', () => {
    const { push, written, each } = crowded(63);
    for (let n = 0; n < 3; n += 1) {
      push(typing);
      vi.advanceTimersByTime(1);
    }
    expect(written()).toEqual(each(1, 1, 1));
  });

  test('are not written once all watchers have left', () => {
    const { push, stop, written, each } = crowded(64);
    push(typing);
    vi.advanceTimersByTime(1);
    push(typing);
    vi.advanceTimersByTime(1);
    stop.abort();
    vi.advanceTimersByTime(5);
    expect([vi.getTimerCount(), written()]).toEqual([0, each(1)]);
  });
});

test('data that may stay unsent for long holds only its own memory', async () => {
  const { push, attach } = setUp();
  const held: Uint8Array[] = [];
  const sink = new TestSink(new CountingCodec());
  const write = (bytes: Uint8Array) => held.push(bytes) > 0;
  attach(Object.assign(sink, { write }));
  attach(Object.assign(new TestSink(sink.codec), { write }), ({ type }) => type === 'presence');
  push(typing);
  await immediate();
  push(typing);
  push({ type: 'presence', userCount: 2 });
  await immediate();
  expect(held.map(({ byteLength }) => byteLength)).toEqual([13, 13, 28, 13]);
  for (const { buffer, byteLength } of held) expect(buffer.byteLength).toBe(byteLength);
});

test('nothing is written for an event that sends nothing', async () => {
  const { push, attach, fanOut } = setUp();
  const sink = new TestSink(new CountingCodec());
  attach(sink);
  push({ type: 'user.left', user: typing.user, userCount: 1 });
  push({ type: 'member.left', userId: 'ann' });
  await immediate();
  expect(sink.written).toEqual([]);
  expect(fanOut.size).toBe(1);
});

describe('detaching', () => {
  test('before an event that needs the slow path, after the earlier ones', async () => {
    const { ring, push, attach, fanOut } = setUp();
    const sink = new TestSink(new CountingCodec());
    const watcher = attach(sink, ({ type }) => type === 'presence');
    const other = new TestSink(sink.codec);
    attach(other);
    push(typing);
    push({ type: 'presence', userCount: 2 });
    push(typing);
    await immediate();
    expect(sink.written).toEqual(['one/7:typing ']);
    expect(watcher.isDetached).toBe(true);
    expect(watcher.cursor.next(ring)).toMatchObject({ event: { type: 'presence' } });
    expect(other.written).toEqual(['one/7:typing one/7:presence one/7:typing ']);
    expect(fanOut.size).toBe(1);
  });

  test.each([
    ['changes of messages with a later seq: not called', [changeOf(8), changeOf(9)], {}, 0],
    ['a change of a message with an earlier seq', [changeOf(8), changeOf(5)], {}, 1],
    ['another event among the changes', [changeOf(8), typing], {}, 1],
    ['changes after the time limit', [changeOf(8)], { fastPathUntil: 0 }, 1],
  ] as const)('the slow-path check is called only where needed: %s', async (_what, events, fastPath, asked) => {
    const { push, attach, fanOut } = setUp();
    const asks: unknown[] = [];
    const needsSlowPath: NeedsSlowPath = (event) => asks.push(event) > 0;
    attach(new TestSink(new CountingCodec()), needsSlowPath, {
      fastPathUntil: performance.now() + 60_000,
      fastPathAfterSeq: 7,
      ...fastPath,
    });
    for (const event of events) push(event, 'message' in event ? event.message.updatedSeq : null);
    await immediate();
    expect([asks.length, fanOut.size]).toEqual([asked, 1 - asked]);
  });

  test('when checking an event fails: only that watcher, with nothing written', async () => {
    const { push, attach, fanOut } = setUp();
    const [sink, other] = [new TestSink(new CountingCodec()), new TestSink(new CountingCodec())];
    const watcher = attach(sink, raise);
    attach(other);
    push(typing);
    await immediate();
    expect([sink.written, watcher.isDetached, fanOut.size]).toEqual([[], true, 1]);
    expect(other.written).toEqual(['one/7:typing ']);
  });

  test.each<[string, (sink: TestSink) => object]>([
    ['a full sink', (sink) => Object.assign(sink, { full: true })],
    ['a sink that throws', (sink) => Object.assign(sink, { write: raise })],
    ['a codec that throws', (sink) => Object.assign(sink.codec, { encode: raise })],
  ])('%s: with nothing written', async (_what, spoil) => {
    const { ring, push, attach, fanOut } = setUp();
    const sink = new TestSink(new CountingCodec());
    const watcher = attach(sink);
    spoil(sink);
    push(typing);
    await immediate();
    expect([sink.written, watcher.isDetached, fanOut.size]).toEqual([[], true, 0]);
    expect(watcher.cursor.next(ring)).toMatchObject({ event: typing });
  });

  test('within a batch too large for one write: after the part that was taken', async () => {
    const { ring, push, attach } = setUp();
    const sink = new TestSink({ encode: (_event, { seq }) => `${seq} `.padEnd(100 * 1024) });
    const watcher = attach(sink);
    const behind = attach(Object.assign(new TestSink(sink.codec), { full: true }));
    const filtered = new TestSink(sink.codec);
    attach(filtered, (event) => 'message' in event && event.message.seq === 11);
    const write = sink.write.bind(sink);
    sink.write = (bytes) => {
      const taken = write(bytes);
      sink.full = true;
      return taken;
    };
    for (let seq = 8; seq <= 12; seq += 1) push(changeOf(seq), seq);
    await immediate();
    const numbers = ({ written }: TestSink) => written.map((text) => text.match(/\d+/g));
    expect([numbers(sink), numbers(filtered)]).toEqual([[['8', '9']], [['8', '9'], ['10']]]);
    expect([watcher, behind].map(({ cursor }) => cursor.next(ring))).toMatchObject([
      { position: at(10) },
      { position: at(8) },
    ]);
  });

  test('when the watch ends: pending entries are not written any more', async () => {
    const { push, attach, fanOut, stop } = setUp();
    const sink = new TestSink(new CountingCodec());
    const watcher = attach(sink);
    push(typing);
    stop.abort();
    await immediate();
    expect([sink.written, watcher.isDetached, fanOut.size]).toEqual([[], true, 0]);
  });
});

test('a watcher that attaches while entries are pending does not receive them; earlier watchers receive them immediately', () => {
  const { push, attach } = setUp();
  const [early, late] = [new TestSink(new CountingCodec()), new TestSink(new CountingCodec())];
  attach(early);
  push(typing);
  attach(late);
  expect([early.written, late.written]).toEqual([['one/7:typing '], []]);
});

test('a watcher that is not up to date is not attached', async () => {
  const { fanOut, push, newWatcher } = setUp();
  push(typing);
  const sink = new TestSink(new CountingCodec());
  const watcher = newWatcher(sink, new Cursor(at(7), 0));
  await new Promise<void>((ended) => watcher.begin(ended));
  expect([fanOut.size, sink.written]).toEqual([0, []]);
});

function raise(): never {
  throw new Error('broken');
}

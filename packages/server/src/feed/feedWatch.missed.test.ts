import { decodeWire, encodeWire, type Message, type Position } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChangeEvent } from './envelope.ts';
import { createBench } from './testBench.ts';
import type { FeedItem, Sink, Watcher } from './watcher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A hub, and watchers with sinks that resume after the first message. All sinks share their frames. */
function setup(options: Parameters<typeof createBench>[0] = {}) {
  const bench = createBench(options);
  const counts = { encoded: 0, framed: 0 };
  const codec = {
    encode: (event: unknown, position: Position) => {
      counts.encoded += 1;
      return `${encodeWire({ event, position })}\n`;
    },
  };
  const resume = (watcher: Partial<Watcher> = {}, accepts: () => boolean = () => true) => {
    const written: Uint8Array[] = [];
    const sink: Sink = {
      ...{ codec, key: 'all' },
      frame: (text) => {
        counts.framed += 1;
        return Buffer.from(text);
      },
      write: (bytes) => {
        if (accepts()) written.push(bytes);
        return accepts();
      },
    };
    const after = { seq: 1, time: null };
    const watch = bench.hub.watch('room', { history: 1, after, signals: [], sink, ...watcher });
    return { watch, written, next: () => nextOf(watch, bench.pass) };
  };
  return { ...bench, counts, resume };
}

async function nextOf(watch: AsyncIterator<FeedItem, void>, pass: (ms: number) => Promise<unknown>): Promise<FeedItem> {
  const next = watch.next();
  await pass(20);
  const { value } = await next;
  if (!value) throw new Error('the watch has ended');
  return value;
}

/** The items of a watch up to its handoff; missed changes are written. */
async function readAll(next: () => Promise<FeedItem>): Promise<string[]> {
  const items: string[] = [];
  for (let item = await next(); item.kind !== 'handoff'; item = await next()) {
    if (item.kind === 'missed') item.write();
    items.push(item.kind === 'event' ? `${item.event.type} ${item.position.seq}` : item.kind);
  }
  return items;
}

const eventsIn = (written: readonly Uint8Array[]) =>
  Buffer.concat(written)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (decodeWire(line) as { event: ChangeEvent }).event);

const numbersIn = (written: readonly Uint8Array[]) => eventsIn(written).map(({ message }) => message.updatedSeq);

test('watchers who missed the same share frames, with one write each', async () => {
  const { appendUnpublished, resume, counts } = setup();
  appendUnpublished(5);
  const watchers = [resume(), resume(), resume()];
  for (const { next } of watchers) expect(await readAll(next)).toEqual(['missed']);
  expect(watchers.map(({ written }) => written.length)).toEqual([1, 1, 1]);
  expect(new Set(watchers.map(({ written }) => written[0])).size).toBe(1);
  expect(numbersIn(watchers[0]?.written ?? [])).toEqual([2, 3, 4, 5]);
  expect(counts).toEqual({ encoded: 4, framed: 4 });
});

test('a message from before the position is updated, and one after it is created, whatever changed it', async () => {
  const { appendUnpublished, store, resume } = setup();
  appendUnpublished(3);
  store.change('room', 1, 'edited');
  store.change('room', 2, 'edited');
  const { next, written } = resume();
  await readAll(next);
  expect(eventsIn(written)).toMatchObject([
    { type: 'message.created', message: { seq: 3 } },
    { type: 'message.updated', message: { seq: 1, content: 'edited' } },
    { type: 'message.created', message: { seq: 2, content: 'edited' } },
  ]);
});

test('a message that is new only for one of two watchers is created for it alone', async () => {
  const { appendUnpublished, store, resume } = setup();
  appendUnpublished(4);
  store.change('room', 2, 'edited');
  const [early, late] = [resume(), resume({ after: { seq: 2, time: null } })];
  for (const { next } of [early, late]) await readAll(next);
  const types = ({ written }: typeof early) =>
    /message\.\w+(?=.*"edited")/.exec(Buffer.concat(written).toString())?.[0];
  expect([types(early), types(late)]).toEqual(['message.created', 'message.updated']);
});

test('pages after the first are written as a whole too, each message once', async () => {
  const { appendUnpublished, resume } = setup({ pageSize: 3 });
  appendUnpublished(9);
  const { next, written } = resume();
  expect(await readAll(next)).toEqual(['missed', 'missed', 'missed']);
  expect(numbersIn(written)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test('changes that a sink refuses follow as events', async () => {
  const { appendUnpublished, resume } = setup();
  appendUnpublished(4);
  const { next, written } = resume({}, () => false);
  expect(await readAll(next)).toEqual(['missed', 'message.created 2', 'message.created 3', 'message.created 4']);
  expect(written).toEqual([]);
});

test('a page of which the consumer writes nothing follows as events', async () => {
  const { appendUnpublished, resume } = setup();
  appendUnpublished(3);
  const { next } = resume();
  expect((await next()).kind).toBe('missed');
  expect(await next()).toMatchObject({ kind: 'event', position: { seq: 2 } });
  expect(await next()).toMatchObject({ kind: 'event', position: { seq: 3 } });
  expect((await next()).kind).toBe('handoff');
});

test('from the first change that needs the slow path, changes are events', async () => {
  const { appendUnpublished, resume } = setup();
  appendUnpublished(5);
  const { next, written } = resume({ needsSlowPath: (event) => 'message' in event && event.message.seq === 4 });
  expect(await readAll(next)).toEqual(['missed', 'message.created 4', 'message.created 5']);
  expect(numbersIn(written)).toEqual([2, 3]);
});

test('changes that a watcher hides are left out of its frames, and only of its own', async () => {
  const { appendUnpublished, resume } = setup();
  appendUnpublished(4);
  const hiding = resume({
    hiddenUsers: new Set(['ann']),
    hides: (event) => 'message' in event && event.message.seq === 3,
  });
  const other = resume();
  expect(await readAll(hiding.next)).toEqual(['missed']);
  expect(await readAll(other.next)).toEqual(['missed']);
  expect(numbersIn(hiding.written)).toEqual([2, 4]);
  expect(numbersIn(other.written)).toEqual([2, 3, 4]);
});

test('a page with an expired message is not written as a whole: its receiver decides about each', async () => {
  let before: number | null = null;
  const { appendUnpublished, resume } = setup({ expiredBefore: () => before });
  appendUnpublished(3);
  before = Date.now() + 1;
  const { next, written } = resume();
  expect(await readAll(next)).toEqual(['message.created 2', 'message.created 3']);
  expect(written).toEqual([]);
});

test('nothing is written for a watch that has begun again or ended meanwhile', async () => {
  const { appendUnpublished, resume, pass } = setup();
  appendUnpublished(3);
  const [restarted, ended] = [resume(), resume()];
  const items = [await restarted.next(), await ended.next()];
  restarted.watch.restart();
  void ended.watch.return();
  for (const item of items) if (item.kind === 'missed') item.write();
  expect([restarted.written, ended.written]).toEqual([[], []]);
  expect(await restarted.next()).toMatchObject({ kind: 'start', type: 'reset' });
  await pass(10);
});

test('a watcher without a sink receives events', async () => {
  const { appendUnpublished, hub, pass } = setup();
  appendUnpublished(3);
  const watch = hub.watch('room', { history: 1, after: { seq: 1, time: null }, signals: [] });
  expect(await nextOf(watch, pass)).toMatchObject({ kind: 'event', position: { seq: 2 } });
  void watch.return();
});

test('watchers who missed the same share frames of the changes in the ring, without a read', async () => {
  const { reader, send, resume, pass, counts, store } = setup();
  await reader(); // its feed has all of them
  for (let n = 0; n < 5; n += 1) send();
  await pass(10);
  const watchers = [resume(), resume(), resume({ after: { seq: 3, time: null } })];
  for (const { next } of watchers) expect(await readAll(next)).toEqual(['missed']);
  expect(watchers.map(({ written }) => numbersIn(written))).toEqual([
    [2, 3, 4, 5],
    [2, 3, 4, 5],
    [4, 5],
  ]);
  expect(watchers[0]?.written[0]).toBe(watchers[1]?.written[0]);
  expect(counts.encoded).toBe(6);
  expect(store.reads.changesSince).toBe(0);
});

test('a message in the ring that has changed again is created once, with its newest text', async () => {
  const { reader, send, change, resume, pass } = setup();
  await reader();
  for (let n = 0; n < 3; n += 1) send();
  change(2, 'edited');
  await pass(10);
  const { next, written } = resume();
  expect(await readAll(next)).toEqual(['missed']);
  expect(eventsIn(written)).toMatchObject([
    { type: 'message.created', message: { seq: 3 } },
    { type: 'message.created', message: { seq: 2, content: 'edited' } },
  ]);
  const last = next();
  change(2, 'edited again');
  await pass(10);
  expect(await last).toMatchObject({ kind: 'event', event: { type: 'message.updated' } });
});

test('a message in the ring whose creation was left out of a page is created after it', async () => {
  const { reader, send, change, resume, pass } = setup();
  await reader();
  for (let n = 0; n < 300; n += 1) send();
  change(2, 'edited');
  await pass(100);
  const { next, written } = resume();
  const events = await readAll(next);
  expect(numbersIn(written)).not.toContain(301);
  expect(events.at(-1)).toBe('message.created 301');
});

test('a page of the ring is not written once a change may have replaced a text in it', async () => {
  const { reader, send, change, resume, pass } = setup();
  await reader();
  for (let n = 0; n < 3; n += 1) send();
  await pass(10);
  const { next, written } = resume();
  const page = await next();
  change(2, 'edited');
  await pass(10);
  if (page.kind === 'missed') page.write();
  expect(written).toEqual([]);
  expect(await next()).toMatchObject({ kind: 'event', event: { message: { seq: 3 } } });
  expect(await next()).toMatchObject({ event: { type: 'message.created', message: { seq: 2, content: 'edited' } } });
});

test('changes in the ring that a sink refuses follow as events', async () => {
  const { reader, send, resume, pass } = setup();
  await reader();
  for (let n = 0; n < 3; n += 1) send();
  await pass(10);
  const { next } = resume({}, () => false);
  expect(await readAll(next)).toEqual(['missed', 'message.created 2', 'message.created 3']);
});

test.each([true, false])(
  'changes that leave the ring during their replay are charged once (page refused: %s)',
  async (isRefused) => {
    const { reader, send, resume, pass, store } = setup({ ringSize: 8 });
    await reader();
    for (let n = 0; n < 6; n += 1) send();
    await pass(10);
    const charged: number[] = [];
    const permit = {
      charge: (messages: readonly Message[]) => void charged.push(...messages.map(({ seq }) => seq)),
      release: () => {},
    };
    const readLimiter = {
      acquireStart: async () => permit.release,
      tryAcquirePage: () => permit,
      acquirePage: async () => permit,
    };
    // A watcher without a sink receives no pages.
    const { next } = resume({ readLimiter, ...(!isRefused && { sink: undefined }) }, () => false);
    const received: number[] = [];
    while (received.length < 8) {
      const item = await next();
      if (item.kind === 'missed') item.write();
      if (item.kind !== 'event') continue;
      received.push(item.position.seq);
      if (received.length === 2) for (let n = 0; n < 8; n += 1) send();
    }
    expect(store.reads.changesSince).toBeGreaterThan(0);
    expect(received).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(charged).toEqual([...new Set(charged)]);
  },
);

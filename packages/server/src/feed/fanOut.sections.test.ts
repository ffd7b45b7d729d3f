import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { TimeSlicedQueue } from '../async/timeSlicedQueue.ts';
import {
  CountingCodec,
  changeOf,
  createFanOutBench,
  message,
  type NeedsSlowPath,
  TestSink,
  typing,
} from './testFanOut.ts';
import type { Codec } from './watcher.ts';

describe('sections', () => {
  /** Six watchers, two per section. A tick has time for one section. */
  function sections() {
    const { attach, ...bench } = createFanOutBench(1_024, {
      writeQueue: new TimeSlicedQueue({ longestMs: 0 }),
      sectionSize: 2,
    });
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
    const { push, attach } = createFanOutBench(1_024, {
      writeQueue: new TimeSlicedQueue({ longestMs: 0 }),
      sectionSize: 1,
    });
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
    const { push, attach } = createFanOutBench();
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
    const { fanOut, push, attach } = createFanOutBench(1_024, {
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

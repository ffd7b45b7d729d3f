import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CountingCodec, createFanOutBench, TestSink, typing } from './testFanOut.ts';

describe('messages in quick succession', () => {
  const crowded = (watchers: number) => {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const { push, attach, stop } = createFanOutBench();
    const sinks = Array.from({ length: watchers }, () => new TestSink(new CountingCodec()));
    for (const sink of sinks) attach(sink);
    const written = () => sinks.map((sink) => sink.written.splice(0).map((text) => text.split(' ').length - 1));
    return { push, stop, sinks, written, each: (...writes: number[]) => sinks.map(() => writes) };
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

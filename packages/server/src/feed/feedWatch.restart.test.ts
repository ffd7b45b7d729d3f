import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, nothing, remainingResources } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const typing = { type: 'typing', user: { userId: 'ann', username: 'Ann' }, isTyping: true } as const;

describe.each([
  ['waits for events', {}],
  ['shares frames', { refusesWrites: () => false }],
  ['can’t be written to', { refusesWrites: () => true }],
])('a watch that %s', (_case, options) => {
  test('begins again with a reset, and continues without a gap or a repeat', async () => {
    const { reader, send, change, hub, pass } = createBench();
    send();
    const other = await reader();
    const watcher = await reader(options);
    send();
    await pass(10);
    void hub.publish('room', typing);
    await pass(10);
    watcher.restart();
    watcher.restart();
    await pass(10);
    send();
    change(1);
    await pass(10);
    const from = watcher.summary.indexOf('reset@2');
    expect(watcher.summary.slice(0, 2)).toEqual(['snapshot@1', '+2']);
    expect(watcher.summary.slice(from)).toEqual(['reset@2', '+3', '~4']);
    expect(watcher.summary.filter((item) => item.startsWith('reset'))).toHaveLength(1);
    expect(other.summary).toEqual(['snapshot@1', '+2', 'typing@2', '+3', '~4']);
    expect(hub.openFeeds).toBe(1);
  });

  test('that is its room’s only one keeps the feed, and releases everything at the end', async () => {
    const bench = createBench();
    const { reader, send, pass, broker } = bench;
    send();
    const watcher = await reader(options);
    const { subscriptions } = broker;
    watcher.restart();
    await pass(10);
    expect(broker.subscriptions).toBe(subscriptions);
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['snapshot@1', 'reset@1', '+2']);
    watcher.restart();
    watcher.stop();
    watcher.restart();
    await pass(5_000);
    expect(watcher.summary).toHaveLength(3);
    expect(remainingResources(bench)).toEqual(nothing);
  });
});

test('a restart before the start: a watcher that resumes gets a reset, and a fresh one its start', async () => {
  const { reader, send, store, pass } = createBench();
  for (let n = 0; n < 3; n += 1) send();
  store.latency = () => 20;
  const [resumed, fresh] = [await reader({ after: store.position('room', 2) }), await reader()];
  for (const watcher of [resumed, fresh]) {
    expect(watcher.summary).toEqual([]);
    watcher.restart();
  }
  await pass(1_000);
  expect(resumed.summary).toEqual(['reset@3']);
  expect(fresh.summary).toEqual(['snapshot@3']);
});

test('a restart during a replay', async () => {
  const { reader, send, store, pass } = createBench();
  for (let n = 0; n < 300; n += 1) send();
  store.latency = () => 20;
  const watcher = await reader({ after: 0, slowness: 1 });
  await pass(100);
  expect(watcher.summary[0]).toBe('+1');
  watcher.restart();
  await pass(1_000);
  const from = watcher.summary.indexOf('reset@300');
  expect(watcher.summary.slice(from)).toEqual(['reset@300']);
  send();
  await pass(100);
  expect(watcher.summary.at(-1)).toBe('+301');
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeEnvelope } from './envelope.ts';
import { createBench } from './testBench.ts';
import { ModelStore } from './testModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const user = { userId: 'ann', username: 'Ann' };

describe('the end of the log', () => {
  test('is the message that came last, once the position has been compared with the store', async () => {
    const { reader, send, pass, hub } = createBench();
    await reader();
    const { message } = send();
    await pass(100);
    expect(hub.logEnd('room')).toBeUndefined();
    await pass(3_000);
    expect(hub.logEnd('room')).toEqual(message);
    const next = send();
    await pass(100);
    expect(hub.logEnd('room')).toEqual(next.message);
  });

  test('is not known after a change of an older message, while something is missing, or without a watcher', async () => {
    const { reader, send, change, appendUntold, pass, hub, broker } = createBench();
    const watcher = await reader();
    send();
    await pass(3_100);
    const later = change(1);
    await pass(100);
    expect(later.message.updatedSeq).toBe(2);
    expect(hub.logEnd('room')).toBeUndefined();
    const { message } = send();
    await pass(100);
    expect(hub.logEnd('room')).toEqual(message);
    appendUntold(1);
    broker.fate = () => [0];
    send();
    await pass(10);
    expect(hub.logEnd('room')).toBeUndefined();
    await pass(3_000);
    expect(hub.logEnd('room')?.seq).toBe(5);
    watcher.stop();
    await pass(10);
    expect(hub.logEnd('room')).toBeUndefined();
  });

  test('does not hold while the store can not be asked', async () => {
    const { reader, send, pass, hub, store } = createBench();
    await reader();
    send();
    await pass(3_100);
    store.down = true;
    await pass(4_000);
    expect(hub.logEnd('room')).toBeDefined();
    await pass(2_000);
    expect(hub.logEnd('room')).toBeUndefined();
  });
});

describe('gaps', () => {
  test('a change out of turn waits for the one before it, and nothing is read', async () => {
    const { reader, store, hub, pass, counts } = createBench();
    const watcher = await reader();
    const [first, second] = [store.append('room'), store.append('room')];
    void hub.publish('room', second);
    await pass(40);
    expect(watcher.story).toEqual(['snapshot@0']);
    void hub.publish('room', first);
    await pass(200);
    expect(watcher.story).toEqual(['snapshot@0', '+1', '+2']);
    expect([store.reads.changesSince, counts]).toEqual([0, {}]);
    expect(vi.getTimerCount()).toBe(1); // the check's; the patience has ended with the gap
  });

  test('a lost change is read from the store once patience ends', async () => {
    const { reader, appendUntold, send, pass, store, counts } = createBench({ gapPatienceMs: 50 });
    const watcher = await reader();
    appendUntold(2);
    send();
    await pass(49);
    expect(watcher.story).toEqual(['snapshot@0']);
    await pass(10);
    expect(watcher.story).toEqual(['snapshot@0', '+1', '+2', '+3']);
    expect([store.reads.changesSince, counts]).toEqual([1, { gap_filled: 3 }]);
  });

  test('patience begins anew with every progress, for in a busy room there is always some gap', async () => {
    const { reader, store, hub, pass } = createBench({ gapPatienceMs: 50 });
    const watcher = await reader();
    const events = Array.from({ length: 21 }, () => store.append('room'));
    for (let n = 0; n + 1 < events.length; n += 2) {
      for (const event of [events[n + 1], events[n]]) {
        if (event) void hub.publish('room', event);
        await pass(30);
      }
    }
    expect(watcher.changes.length).toBe(20);
    expect(store.reads.changesSince).toBe(0);
  });

  test('what comes while the store is read is put in its place', async () => {
    const { reader, store, send, appendUntold, pass } = createBench({ gapPatienceMs: 50, pageSize: 2 });
    const watcher = await reader();
    store.latency = () => 50;
    appendUntold(4);
    send();
    await pass(60);
    for (let n = 0; n < 3; n += 1) {
      send();
      await pass(60);
    }
    await pass(2_000);
    expect(watcher.changes.map(({ message }) => message.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(watcher.changes.every(({ type }) => type === 'message.created')).toBe(true);
  });

  test('a message that changed while the store was read page by page is new first and changed later', async () => {
    const { reader, store, hub, send, appendUntold, pass } = createBench({ pageSize: 2 });
    const watcher = await reader();
    store.latency = () => 30;
    appendUntold(3);
    send();
    await pass(60 + 50); // the first page has been looked at
    const changed = store.change('room', 4, 'changed');
    void hub.publish('room', changed);
    await pass(1_000);
    expect(watcher.story).toEqual(['snapshot@0', '+1', '+2', '+3', '+5']);
  });

  test('a page of what came by itself meanwhile does not make old messages new', async () => {
    const { reader, store, hub, pass } = createBench({ pageSize: 1 });
    const watcher = await reader();
    store.latency = () => 30;
    const [first, second] = [store.append('room'), store.append('room')];
    void hub.publish('room', second);
    await pass(50 + 31); // the first page has been looked at: it will be the first message
    void hub.publish('room', first);
    await pass(30); // it came after all, and so did the page; the next page is asked for
    void hub.publish('room', store.append('room'));
    store.change('room', 3, 'changed');
    await pass(5_000);
    expect(watcher.story).toEqual(['snapshot@0', '+1', '+2', '+3', '~4']);
  });

  test('a second loss during the reading is read as well, without waiting for the check', async () => {
    const { reader, store, send, appendUntold, pass } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    store.latency = () => 40;
    appendUntold(1);
    send();
    await pass(50 + 60); // the store has looked, its answer is on the way
    appendUntold(1);
    send();
    await pass(1_000);
    expect(watcher.changes.map(({ message }) => message.seq)).toEqual([1, 2, 3, 4]);
  });

  test('a store that fails is asked again, less and less often, until it answers; the log says it twice', async () => {
    const { reader, store, send, appendUntold, pass, logged } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    appendUntold(1);
    send();
    store.down = true;
    await pass(20_000);
    expect(store.reads.changesSince).toBeGreaterThan(5);
    expect(store.reads.changesSince).toBeLessThan(20);
    store.down = false;
    await pass(3_000);
    expect(watcher.story).toEqual(['snapshot@0', '+1', '+2']);
    expect(logged).toEqual(['feed: the store does not answer', 'feed: the store answers again']);
  });

  test('a number that the store does not know is not waited for', async () => {
    const { reader, store, hub, send, pass } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    const { message } = new ModelStore().append('room');
    void hub.publish('room', { type: 'message.updated', message: { ...message, updatedSeq: 999_999 } });
    await pass(1_000);
    expect(store.reads.changesSince).toBe(1);
    send();
    await pass(10);
    expect(watcher.story).toEqual(['snapshot@0', '+1']);
  });
});

describe('silence', () => {
  test('the last change of a room, lost, is found by the check', async () => {
    const { reader, appendUntold, pass, counts } = createBench({ checkIntervalMs: 3_000 });
    const watcher = await reader();
    appendUntold(2);
    await pass(2_900);
    expect(watcher.story).toEqual(['snapshot@0']);
    await pass(200);
    expect(watcher.story).toEqual(['snapshot@0', '+1', '+2']);
    expect(counts).toEqual({ healed_by_check: 2 });
  });

  test('after an interruption of the broker it is found at once', async () => {
    const { reader, appendUntold, pass, broker } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    broker.interrupt();
    appendUntold(2);
    broker.restore();
    await pass(100);
    expect(watcher.story).toEqual(['snapshot@0', '+1', '+2']);
  });

  test('a broker that is away when the room is opened is not waited for; once there, what it lost is found', async () => {
    const { reader, appendUntold, pass, broker } = createBench({ checkIntervalMs: 600_000, readyPatienceMs: 1_000 });
    broker.readyAfter = () => 5_000;
    const watcher = await reader();
    await pass(900);
    expect(watcher.story).toEqual([]);
    await pass(200);
    expect(watcher.story).toEqual(['snapshot@0']);
    appendUntold(1);
    await pass(3_000);
    expect(watcher.story).toEqual(['snapshot@0']);
    await pass(1_000);
    expect(watcher.story).toEqual(['snapshot@0', '+1']);
  });

  test('the position is asked for only once the broker delivers', async () => {
    const { reader, appendUntold, pass, broker, store } = createBench({ checkIntervalMs: 600_000 });
    broker.readyAfter = () => 500;
    const watcher = await reader();
    expect(store.reads.heads).toBe(0);
    appendUntold(1); // nobody could have heard of it
    await pass(600);
    expect(watcher.story).toEqual(['snapshot@1']);
  });
});

describe('presence', () => {
  test('counts come once a second at most, the latest', async () => {
    const { reader, hub, pass } = createBench();
    const watcher = await reader();
    for (let userCount = 101; userCount <= 150; userCount += 1) {
      void hub.publish('room', { type: 'presence', userCount });
      await pass(100);
    }
    await pass(1_000);
    const counts = watcher.items.flatMap((item) =>
      item.kind === 'event' && item.event.type === 'presence' ? [item.event.userCount] : [],
    );
    expect(counts.length).toBe(6);
    expect([counts[0], counts.at(-1)]).toEqual([101, 150]);
  });

  test('a count that waits is dropped when a join or leave tells a newer one', async () => {
    const { reader, hub, pass } = createBench();
    const watcher = await reader();
    void hub.publish('room', { type: 'presence', userCount: 102 });
    void hub.publish('room', { type: 'presence', userCount: 101 });
    void hub.publish('room', { type: 'user.left', user, userCount: 100 });
    await pass(5_000);
    expect(watcher.story).toEqual(['snapshot@0', 'presence@0', 'user.left@0']);
  });
});

describe('payloads from outside', () => {
  test('what can not be read is counted, logged once, and harms nothing', async () => {
    const { reader, broker, send, pass, counts, logged } = createBench();
    const watcher = await reader();
    for (const payload of ['', 'null', '{"from_socket_id":1}']) await broker.publish('room', payload);
    send();
    await pass(10);
    expect(watcher.story).toEqual(['snapshot@0', '+1']);
    expect(counts).toEqual({ bad_payload: 3 });
    expect(logged).toEqual(['feed: a payload could not be read']);
  });

  test("another room's change is not let in", async () => {
    const { reader, broker, store, pass, counts } = createBench();
    const watcher = await reader();
    await broker.publish('room', encodeEnvelope(store.append('other'), ''));
    await pass(10);
    expect(watcher.story).toEqual(['snapshot@0']);
    expect(counts).toEqual({ bad_payload: 1 });
  });

  test('a repeat is dropped and counted', async () => {
    const { reader, broker, send, pass, counts } = createBench();
    const watcher = await reader();
    broker.fate = () => [0, 5, 9];
    send();
    await pass(20);
    expect(watcher.story).toEqual(['snapshot@0', '+1']);
    expect(counts).toEqual({ duplicate_dropped: 2 });
  });
});

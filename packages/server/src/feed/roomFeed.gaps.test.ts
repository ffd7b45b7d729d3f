import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench } from './testBench.ts';
import { ModelStore } from './testModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('gaps', () => {
  test('an out-of-order change waits for the one before it, without a read of the store', async () => {
    const { reader, store, hub, pass, counts } = createBench();
    const watcher = await reader();
    const [first, second] = [store.append('room'), store.append('room')];
    void hub.publish('room', second);
    await pass(40);
    expect(watcher.summary).toEqual(['snapshot@0']);
    void hub.publish('room', first);
    await pass(200);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2']);
    expect([store.reads.changesSince, counts]).toEqual([0, {}]);
    expect(vi.getTimerCount()).toBe(1); // the timer of the check; the timer of the gap has ended with the gap
  });

  test('a lost change is read from the store after the gap delay', async () => {
    const { reader, appendUnpublished, send, pass, store, counts } = createBench({ gapDelayMs: 50 });
    const watcher = await reader();
    appendUnpublished(2);
    send();
    await pass(49);
    expect(watcher.summary).toEqual(['snapshot@0']);
    await pass(10);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2', '+3']);
    expect([store.reads.changesSince, counts]).toEqual([1, { gap_filled: 3 }]);
  });

  test('the gap delay restarts with every progress, because a busy room always has a gap', async () => {
    const { reader, store, hub, pass } = createBench({ gapDelayMs: 50 });
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

  test('changes that arrive during a read are put in order', async () => {
    const { reader, store, send, appendUnpublished, pass } = createBench({ gapDelayMs: 50, pageSize: 2 });
    const watcher = await reader();
    store.latency = () => 50;
    appendUnpublished(4);
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

  test('a message that changes during a read of several pages is first new, then changed', async () => {
    const { reader, store, hub, send, appendUnpublished, pass } = createBench({ pageSize: 2 });
    const watcher = await reader();
    store.latency = () => 30;
    appendUnpublished(3);
    send();
    await pass(60 + 50); // the first page has been read
    const changed = store.change('room', 4, 'changed');
    void hub.publish('room', changed);
    await pass(1_000);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2', '+3', '+5']);
  });

  test('a page of changes that arrived in the meantime does not make old messages new', async () => {
    const { reader, store, hub, pass } = createBench({ pageSize: 1 });
    const watcher = await reader();
    store.latency = () => 30;
    const [first, second] = [store.append('room'), store.append('room')];
    void hub.publish('room', second);
    await pass(50 + 31); // the first page has been read: it will contain the first message
    void hub.publish('room', first);
    await pass(30); // both the message and the page arrived; the next page is requested
    void hub.publish('room', store.append('room'));
    store.change('room', 3, 'changed');
    await pass(5_000);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2', '+3', '~4']);
  });

  test('a second loss during the read is read too, without waiting for the check', async () => {
    const { reader, store, send, appendUnpublished, pass } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    store.latency = () => 40;
    appendUnpublished(1);
    send();
    await pass(50 + 60); // the store has read its answer, which is on the way
    appendUnpublished(1);
    send();
    await pass(1_000);
    expect(watcher.changes.map(({ message }) => message.seq)).toEqual([1, 2, 3, 4]);
  });

  test('a failing store is retried with growing pauses until it answers; the log has two lines', async () => {
    const { reader, store, send, appendUnpublished, pass, logged } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    appendUnpublished(1);
    send();
    store.down = true;
    await pass(20_000);
    expect(store.reads.changesSince).toBeGreaterThan(5);
    expect(store.reads.changesSince).toBeLessThan(20);
    store.down = false;
    await pass(3_000);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2']);
    expect(logged).toEqual([
      'store unreachable: reads are retried (check the connection to the store)',
      'store reachable again',
    ]);
  });

  test('a number that the store does not have is not waited for', async () => {
    const { reader, store, hub, send, pass } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    const { message } = new ModelStore().append('room');
    void hub.publish('room', { type: 'message.updated', message: { ...message, updatedSeq: 999_999 } });
    await pass(1_000);
    expect(store.reads.changesSince).toBe(1);
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['snapshot@0', '+1']);
  });
});

describe('lost changes with none after them', () => {
  test("the check finds a room's lost last change", async () => {
    const { reader, appendUnpublished, pass, counts } = createBench({ checkIntervalMs: 3_000 });
    const watcher = await reader();
    appendUnpublished(2);
    await pass(2_900);
    expect(watcher.summary).toEqual(['snapshot@0']);
    await pass(200);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2']);
    expect(counts).toEqual({ healed_by_check: 2 });
  });

  test('after an interruption of the broker the change is found immediately', async () => {
    const { reader, appendUnpublished, pass, broker } = createBench({ checkIntervalMs: 600_000 });
    const watcher = await reader();
    broker.interrupt();
    appendUnpublished(2);
    broker.restore();
    await pass(100);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2']);
  });

  test('an unreachable broker does not block the opening of a room; once it is back, lost changes are found', async () => {
    const { reader, appendUnpublished, pass, broker } = createBench({
      checkIntervalMs: 600_000,
      readyTimeoutMs: 1_000,
    });
    broker.readyAfter = () => 5_000;
    const watcher = await reader();
    await pass(900);
    expect(watcher.summary).toEqual([]);
    await pass(200);
    expect(watcher.summary).toEqual(['snapshot@0']);
    appendUnpublished(1);
    await pass(3_000);
    expect(watcher.summary).toEqual(['snapshot@0']);
    await pass(1_000);
    expect(watcher.summary).toEqual(['snapshot@0', '+1']);
  });

  test('the position is read only once the broker delivers', async () => {
    const { reader, appendUnpublished, pass, broker, store } = createBench({ checkIntervalMs: 600_000 });
    broker.readyAfter = () => 500;
    const watcher = await reader();
    expect(store.reads.heads).toBe(0);
    appendUnpublished(1); // no instance could receive this one
    await pass(600);
    expect(watcher.summary).toEqual(['snapshot@1']);
  });
});

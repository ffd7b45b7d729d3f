import { limits } from '@earshot/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, Reader } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const user = { userId: 'ann', username: 'Ann' };
const typing = { type: 'typing', user, isTyping: true } as const;

describe('a fresh watch', () => {
  test('starts with the newest messages and continues with live events', async () => {
    const { reader, send, change, hub, pass } = createBench();
    send();
    send();
    send();
    const watcher = await reader({ history: 2 });
    send();
    change(1);
    void hub.publish('room', typing);
    await pass(10);
    expect(watcher.summary).toEqual(['snapshot@3', '+4', '~5', 'typing@5']);
    const [start] = watcher.items;
    expect(start?.kind === 'start' && start.messages.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(watcher.items[1]).toMatchObject({ fromConnectionId: 'connection' });
  });

  test('of an empty room starts at 0', async () => {
    const { reader, send, pass } = createBench();
    const watcher = await reader();
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['snapshot@0', '+1']);
  });

  test('loses nothing that happens while it starts, and repeats nothing', async () => {
    const { store, hub, reader, send, pass } = createBench();
    store.latency = () => 20;
    const watcher = await reader();
    for (let n = 0; n < 20; n += 1) {
      send();
      if (n % 4 === 0) void hub.publish('room', typing);
      await pass(5);
    }
    await pass(100);
    const [start, ...rest] = watcher.summary;
    const head = Number(start?.split('@')[1]);
    expect(head).toBeGreaterThan(5);
    expect(rest.filter((item) => item.startsWith('+'))).toEqual(
      Array.from({ length: 20 - head }, (_, index) => `+${head + 1 + index}`),
    );
    expect(rest.filter((item) => item.startsWith('typing')).length).toBe(5);
  });

  test('does not receive ephemeral events from before it', async () => {
    const { reader, send, hub, pass } = createBench();
    await reader();
    void hub.publish('room', typing);
    await pass(10);
    const second = await reader();
    const third = await reader({ after: 0 });
    send();
    await pass(10);
    expect(second.summary).toEqual(['snapshot@0', '+1']);
    expect(third.summary).toEqual(['+1']);
  });

  test('requested by many at once causes one read of the store', async () => {
    const { reader, store } = createBench();
    await Promise.all(Array.from({ length: 50 }, () => reader()));
    expect(store.reads).toEqual({ heads: 1, snapshot: 1, changesSince: 0, lastChange: 0 });
  });
});

describe('a watch that resumes', () => {
  test('gets missed changes from the ring without a read of the store', async () => {
    const { reader, send, change, store, pass } = createBench();
    await reader();
    for (let n = 0; n < 5; n += 1) send();
    change(2);
    await pass(10);
    store.down = true;
    const watcher = await reader({ after: 3 });
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['+4', '+5', '~6', '+7']);
  });

  test('gets missed changes from the store, page by page, if the room was not watched', async () => {
    const { reader, send, change, pass, counts } = createBench({ pageSize: 2 });
    for (let n = 0; n < 5; n += 1) send();
    change(1);
    change(4);
    const watcher = await reader({ after: 2 });
    await pass(50);
    send();
    await pass(10);
    // The change of 1 is delivered; 4 is new to this watcher, in its current version; 7 stands for both of its changes.
    expect(watcher.summary).toEqual(['+3', '+5', '~6', '+7', '+8']);
    expect(counts).toMatchObject({ replayed: 4 });
  });

  test.each(['the ring', 'the store'])(
    'gets missed changes from %s in parts, so that other watchers are served in between',
    async (source) => {
      const { reader, send, appendUnpublished, pass, hub } = createBench();
      using live =
        source === 'the ring' ? { [Symbol.dispose]: await reader().then((one) => () => one.stop()) } : undefined;
      if (live) for (let n = 0; n < 600; n += 1) send('x'.repeat(100));
      else appendUnpublished(600);
      await pass(10);
      const watcher = new Reader(hub, 'room', { after: 0 });
      const given: number[] = [];
      const check = () => {
        given.push(watcher.items.length);
        if (watcher.items.length < 600) setImmediate(check);
      };
      check();
      await pass(1_000);
      const inOneTurn = given.map((count, at) => count - (given[at - 1] ?? 0));
      expect(watcher.items).toHaveLength(600);
      expect(Math.max(...inOneTurn)).toBeLessThanOrEqual(50);
      watcher.stop();
    },
  );

  test('at the end continues without a start', async () => {
    const { reader, send, pass } = createBench();
    send();
    const watcher = await reader({ after: 1 });
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['+2']);
  });

  test('ahead of the store is reset', async () => {
    const { reader, send, pass } = createBench();
    send();
    const watcher = await reader({ after: 2, history: 10 });
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['reset@1', '+2']);
  });

  test('ahead of this feed but not of the store is served: the broker is late, the position is valid', async () => {
    const { reader, appendUnpublished, pass } = createBench({ checkIntervalMs: 60_000 });
    const bystander = await reader();
    appendUnpublished(3);
    const watcher = await reader({ after: 2 });
    await pass(100);
    expect(watcher.summary).toEqual(['+3']);
    // The change revealed by one watcher reaches all of them.
    expect(bystander.summary).toEqual(['snapshot@0', '+1', '+2', '+3']);
  });

  test('too far behind is reset, one less is not', async () => {
    const { reader, appendUnpublished, pass } = createBench();
    appendUnpublished(limits.missedChangesMax + 1);
    const far = await reader({ after: 0, history: 3 });
    const near = await reader({ after: 1 });
    await pass(100);
    expect(far.summary).toEqual([`reset@${limits.missedChangesMax + 1}`]);
    expect(near.changes.length).toBe(limits.missedChangesMax);
  });

  test('does not receive a known message as new, though the feed saw it late', async () => {
    const { reader, store, hub, pass } = createBench({ checkIntervalMs: 60_000 });
    const bystander = await reader();
    store.append('room');
    store.change('room', 1, 'changed');
    const last = store.append('room');
    await hub.publish('room', last);
    await pass(100);
    const watcher = await reader({ after: 1 });
    expect(bystander.summary).toEqual(['snapshot@0', '+2', '+3']);
    expect(watcher.summary).toEqual(['~2', '+3']);
  });

  test('many resuming from the same position share one read', async () => {
    const { reader, appendUnpublished, store } = createBench();
    appendUnpublished(10);
    const watchers = await Promise.all(Array.from({ length: 50 }, () => reader({ after: 4 })));
    expect(new Set(watchers.map(({ summary }) => summary.join()))).toEqual(new Set(['+5,+6,+7,+8,+9,+10']));
    expect(store.reads).toEqual({ heads: 1, snapshot: 0, changesSince: 1, lastChange: 1 });
  });

  test('many resuming from the same position one after another share one read, until the room changes', async () => {
    const { reader, appendUnpublished, store, send, pass } = createBench();
    appendUnpublished(10);
    for (let n = 0; n < 20; n += 1) {
      const { summary } = await reader({ after: store.position('room', 4) });
      expect(summary.slice(0, 6)).toEqual(['+5', '+6', '+7', '+8', '+9', '+10']);
    }
    expect(store.reads).toMatchObject({ changesSince: 1, lastChange: 1 });
    send();
    await pass(10);
    expect((await reader({ after: 4 })).summary).toEqual(['+5', '+6', '+7', '+8', '+9', '+10', '+11']);
    expect(store.reads).toMatchObject({ changesSince: 2, lastChange: 2 });
    await pass(250);
    await reader({ after: 4 });
    expect(store.reads).toMatchObject({ changesSince: 3, lastChange: 3 });
  });

  test('with several pages does not use a read that another started before its own first page', async () => {
    const { reader, appendUnpublished, change, store, pass } = createBench({ pageSize: 2 });
    appendUnpublished(4);
    await reader(); // from here on the ring has the changes after 4
    const halves = [1, 100]; // the next read takes its snapshot soon and answers late
    store.latency = () => halves.shift() ?? 1;
    const early = await reader({ after: 3 });
    change(1);
    const watcher = await reader({ after: 0 });
    await pass(200);
    expect(early.summary).toEqual(['+4', '~5']);
    expect(watcher.summary).toEqual(['+2', '+3', '+4', '+5']);
  });
});

describe('a slow watcher', () => {
  test('continues from the store when it falls behind the ring, and re-enters the ring', async () => {
    const { reader, send, change, pass, counts } = createBench({ ringSize: 4, pageSize: 3 });
    const watcher = await reader({ slowness: 20 });
    for (let n = 0; n < 12; n += 1) send();
    change(12);
    await pass(500);
    send();
    await pass(500);
    const expected = ['snapshot@0', ...Array.from({ length: 11 }, (_, index) => `+${index + 1}`), '+13', '+14'];
    expect(watcher.summary).toEqual(expected);
    expect(counts.replayed).toBeGreaterThan(0);
  });

  test('does not delay the others', async () => {
    const { reader, send, pass } = createBench();
    const slow = await reader({ slowness: 10_000 });
    const quick = await reader();
    for (let n = 0; n < 10; n += 1) send();
    await pass(10);
    expect([slow.changes.length, quick.changes.length]).toEqual([0, 10]);
  });

  test('waits while the store is unavailable, and then misses nothing', async () => {
    const { reader, send, store, pass, logged } = createBench({ ringSize: 2 });
    const watcher = await reader({ slowness: 20 });
    for (let n = 0; n < 6; n += 1) send();
    store.down = true;
    await pass(5_000);
    expect(watcher.changes.length).toBeLessThan(6);
    store.down = false;
    await pass(5_000);
    expect(watcher.changes.map(({ message }) => message.updatedSeq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(watcher.error).toBeUndefined();
    expect(logged).toEqual([
      'store unreachable: reads are retried (check the connection to the store)',
      'store reachable again',
    ]);
  });

  test('retries slowly when the store is behind the ring', async () => {
    const { reader, store, hub, pass } = createBench({ ringSize: 1, checkIntervalMs: 600_000 });
    const watcher = await reader({ slowness: 1 });
    const lost = [store.append('room'), store.append('room'), store.append('room')];
    store.log.clear(); // restored to an earlier state
    for (const event of lost) await hub.publish('room', event);
    store.reads.changesSince = 0;
    await pass(10_000);
    expect(store.reads.changesSince).toBeLessThan(100);
    watcher.stop();
    await pass(1_000);
    expect(watcher.ended).toBe(true);
  });
});

test('a handoff that is not begun is followed by the next event, and offered again after it', async () => {
  const { hub, send, pass } = createBench();
  const sink = { codec: { encode: () => null }, key: '', frame: () => Buffer.alloc(0), write: () => true };
  const watch = hub.watch('room', { history: 1, signals: [], sink });
  const next = async (act = () => {}) => {
    const result = watch.next();
    await pass(10);
    act();
    await pass(10);
    return (await result).value;
  };
  expect([await next(), await next()]).toMatchObject([{ kind: 'start' }, { kind: 'handoff' }]);
  expect(await next(() => void send())).toMatchObject({ kind: 'event', position: { seq: 1 } });
  expect(await next()).toMatchObject({ kind: 'handoff' });
  expect(hub.sharedWatchers).toBe(0);
  await watch.return();
  expect(hub.watchers).toBe(0);
});

import type { Message } from '@earshot/shared';
import { describe, expect, test, vi } from 'vitest';
import { testMessage } from '../../../shared/src/testMessages.ts';
import { EarshotClientError } from '../errors.ts';
import { BestEffortStore } from './bestEffortStore.ts';
import { Outbox, type OutgoingMessage } from './outbox.ts';
import type { OutboxStore, StoredMessage } from './outboxStore.ts';
import type { OutboxEvent } from './pendingMessages.ts';
import { memoryStore } from './testOutboxStore.ts';

interface SetUp {
  capacity?: number;
  store?: OutboxStore;
  sender?: string;
}

/** An outbox whose deliveries the test answers. */
function setUp({ capacity = 10, store, sender = 'id ada' }: SetUp = {}) {
  const deliveries: (PromiseWithResolvers<Message> & {
    sent: OutgoingMessage;
    onRetry: (error: EarshotClientError) => void;
  })[] = [];
  const log: string[] = [];
  const outbox = new Outbox({
    capacity,
    persistence: store && { store: new BestEffortStore(store, (line) => log.push(line)), sender },
    deliver: (sent, onRetry) => {
      const answer = Promise.withResolvers<Message>();
      deliveries.push({ ...answer, sent, onRetry });
      return answer.promise;
    },
  });
  const send = (clientMessageId: string, roomId = 'room') =>
    outbox.send({ roomId, clientMessageId, content: clientMessageId, sentAt: new Date(0) });
  const started = () => deliveries.map(({ sent }) => sent.clientMessageId);
  const untilStarted = (...ids: string[]) => vi.waitFor(() => expect(started()).toEqual(ids));
  return { outbox, deliveries, send, started, untilStarted, log, waiting: outbox.waiting.get };
}

const stored = (clientMessageId: string, change: Partial<StoredMessage> = {}): StoredMessage => ({
  clientMessageId,
  roomId: 'room',
  content: clientMessageId,
  sentAt: new Date(0),
  sender: 'id ada',
  ...change,
});

const refusal = new EarshotClientError('MESSAGE_TOO_LONG');

describe('an outbox', () => {
  test('sends the messages of a room one after the other, in order', async () => {
    const { deliveries, send, started } = setUp();
    const all = [send('a'), send('b'), send('c')];
    for (const [at, clientMessageId] of ['a', 'b', 'c'].entries()) {
      expect(started()).toEqual(['a', 'b', 'c'].slice(0, at + 1));
      deliveries[at]?.resolve(testMessage(at + 1, { clientMessageId }));
      await all[at];
    }
    expect((await Promise.all(all)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('does not let one room wait for another', () => {
    const { send, started } = setUp();
    void send('a', 'one');
    void send('b', 'two');
    expect(started()).toEqual(['a', 'b']);
  });

  test('continues after a message that failed finally', async () => {
    const { deliveries, send } = setUp();
    const [bad, good] = [send('bad'), send('good')];
    deliveries[0]?.reject(refusal);
    await expect(bad).rejects.toMatchObject({ code: 'MESSAGE_TOO_LONG' });
    deliveries[1]?.resolve(testMessage(1));
    await expect(good).resolves.toMatchObject({ seq: 1 });
  });

  test('accepts messages up to its capacity, and more when one is acknowledged', async () => {
    const { deliveries, send, waiting } = setUp({ capacity: 2 });
    const [first] = [send('a'), send('b')];
    await expect(send('c')).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
    deliveries[0]?.resolve(testMessage(1));
    await first;
    void send('d');
    expect(waiting()).toBe(2);
  });

  test('drops waiting messages, not one in flight', async () => {
    const { outbox, deliveries, send, started, waiting } = setUp();
    const [first, second, third] = [send('a'), send('b'), send('c')];
    expect(outbox.drop('a')).toBe(false);
    expect(outbox.drop('b')).toBe(true);
    await expect(second).rejects.toMatchObject({ code: 'SEND_DROPPED' });
    deliveries[0]?.resolve(testMessage(1));
    await first;
    deliveries[1]?.resolve(testMessage(2));
    await third;
    expect(started()).toEqual(['a', 'c']);
    expect(waiting()).toBe(0);
  });

  test('retries a failed message before later ones', async () => {
    const { outbox, deliveries, send, untilStarted, waiting } = setUp();
    const bad = send('a');
    void send('b');
    void send('c');
    deliveries[0]?.reject(refusal);
    await expect(bad).rejects.toBe(refusal);
    expect(waiting()).toBe(2);
    const again = outbox.retry('a');
    expect(waiting()).toBe(3);
    await untilStarted('a', 'b');
    deliveries[1]?.resolve(testMessage(1));
    await untilStarted('a', 'b', 'a');
    deliveries[2]?.resolve(testMessage(2));
    await expect(again).resolves.toMatchObject({ seq: 2 });
    await expect(outbox.retry('a')).rejects.toMatchObject({ code: 'SEND_DROPPED' });
    await expect(outbox.retry('c')).rejects.toMatchObject({ code: 'SEND_DROPPED' });
  });

  test('fails waiting messages when it is closed, and accepts no more', async () => {
    const { outbox, send, waiting } = setUp();
    void send('a');
    const second = send('b');
    outbox.close(new EarshotClientError('CLIENT_CLOSED'));
    await expect(second).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(send('c')).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(outbox.retry('b')).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(waiting()).toBe(1);
  });
});

describe('a follower of a room', () => {
  test('receives the delay of a message, also one from before it followed', () => {
    const { outbox, deliveries, send } = setUp();
    const events: OutboxEvent[] = [];
    outbox.subscribe('room', (event) => events.push(event));
    void send('a');
    const limited = new EarshotClientError('RATE_LIMITED', { retryAfterMs: 1_000 });
    deliveries[0]?.onRetry(limited);
    expect(events.at(-1)).toEqual({ type: 'delayed', clientMessageId: 'a', error: limited });
    const later: OutboxEvent[] = [];
    outbox.subscribe('room', (event) => later.push(event));
    expect(later.at(-1)).toEqual(events.at(-1));
    deliveries[0]?.onRetry(new EarshotClientError('CONNECTION_LOST'));
    expect(events.at(-1)).toEqual({ type: 'delayed', clientMessageId: 'a', error: null });
  });

  test('receives the present messages, then all changes, until it unsubscribes', async () => {
    const { outbox, deliveries, send } = setUp();
    const [bad] = [send('bad'), send('elsewhere', 'other')];
    deliveries[0]?.reject(refusal);
    await bad.catch(() => {});
    void send('good');
    const events: OutboxEvent[] = [];
    const unsubscribe = outbox.subscribe('room', (event) => events.push(event));
    const changesOf = () =>
      events.splice(0).map((event) => [event.type, 'clientMessageId' in event && event.clientMessageId]);
    expect(events).toMatchObject([
      { type: 'sent', message: { clientMessageId: 'bad' } },
      { type: 'failed', clientMessageId: 'bad', error: refusal },
      { type: 'sent', message: { clientMessageId: 'good' } },
    ]);
    events.length = 0;
    const answer = testMessage(1, { clientMessageId: 'good' });
    deliveries[2]?.resolve(answer);
    await vi.waitFor(() => expect(events).toEqual([{ type: 'answered', message: answer }]));
    events.length = 0;
    void outbox.retry('bad');
    expect(outbox.drop('bad')).toBe(false);
    deliveries[3]?.reject(refusal);
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(outbox.drop('bad')).toBe(true);
    expect(changesOf()).toEqual([
      ['retried', 'bad'],
      ['failed', 'bad'],
      ['dropped', 'bad'],
    ]);
    unsubscribe();
    void send('later');
    expect(events).toEqual([]);
  });

  test('receives the sender when it is known', async () => {
    const { outbox, deliveries, send } = setUp();
    const events: OutboxEvent[] = [];
    outbox.subscribe('room', (event) => events.push(event));
    const first = send('a');
    deliveries[0]?.resolve(testMessage(1, { userId: 'ada' }));
    await first;
    void send('b');
    expect(events).toMatchObject([{ message: { userId: null } }, { type: 'answered' }, { message: { userId: 'ada' } }]);
  });
});

describe('with a store', () => {
  test('a message is stored before it is sent, and removed when it is acknowledged', async () => {
    const store = memoryStore();
    const put = Promise.withResolvers<void>();
    const { outbox, deliveries, send, started, untilStarted } = setUp({
      store: {
        ...store,
        put: async (message) => {
          await store.put(message);
          await put.promise;
        },
      },
    });
    await outbox.ready;
    const sent = send('a');
    expect(store.messages()).toEqual([stored('a')]);
    await Promise.resolve();
    expect(started()).toEqual([]);
    put.resolve();
    await untilStarted('a');
    expect(store.messages()).toHaveLength(1);
    deliveries[0]?.resolve(testMessage(1));
    await sent;
    expect(store.messages()).toEqual([]);
  });

  test('messages of an earlier page are sent in order, before new ones of the room', async () => {
    const store = memoryStore(stored('a'), stored('b'), stored('elsewhere', { roomId: 'other' }));
    const { outbox, deliveries, send, untilStarted, waiting } = setUp({ store });
    await outbox.ready;
    expect(waiting()).toBe(3);
    const sent = send('c');
    await untilStarted('a', 'elsewhere');
    deliveries[0]?.resolve(testMessage(1));
    await untilStarted('a', 'elsewhere', 'b');
    deliveries[2]?.resolve(testMessage(2));
    await untilStarted('a', 'elsewhere', 'b', 'c');
    deliveries[3]?.resolve(testMessage(3));
    await sent;
    expect(store.messages().map(({ clientMessageId }) => clientMessageId)).toEqual(['elsewhere']);
    expect(waiting()).toBe(1);
  });

  test('followers of the room receive the messages of an earlier page', async () => {
    const { outbox, deliveries } = setUp({ store: memoryStore(stored('a', { sentAt: new Date(5) })) });
    await outbox.ready;
    const events: OutboxEvent[] = [];
    outbox.subscribe('room', (event) => events.push(event));
    expect(events).toMatchObject([{ type: 'sent', message: { clientMessageId: 'a', sentAt: new Date(5) } }]);
    deliveries[0]?.reject(refusal);
    await vi.waitFor(() => expect(events[1]).toEqual({ type: 'failed', clientMessageId: 'a', error: refusal }));
  });

  test("another user's messages stay where they are", async () => {
    const store = memoryStore(stored('a', { sender: 'id eve' }), stored('b'));
    const { outbox, untilStarted, waiting } = setUp({ store });
    await outbox.ready;
    await untilStarted('b');
    expect(waiting()).toBe(1);
    expect(store.messages()).toHaveLength(2);
  });

  test('a rejected message is stored until the user drops it, and so is one that waited when the client was closed', async () => {
    const store = memoryStore();
    const { outbox, deliveries, send, untilStarted } = setUp({ store });
    await outbox.ready;
    const bad = send('bad');
    await untilStarted('bad');
    deliveries[0]?.reject(refusal);
    await expect(bad).rejects.toBe(refusal);
    void send('under way');
    void send('waits');
    outbox.close(new EarshotClientError('CLIENT_CLOSED'));
    expect(store.messages().map(({ clientMessageId }) => clientMessageId)).toEqual(['bad', 'under way', 'waits']);
    outbox.drop('bad');
    expect(store.messages()).toHaveLength(2);
  });

  test('messages left by another page are sent too, once', async () => {
    const store = memoryStore();
    const { outbox, deliveries, send, untilStarted, waiting } = setUp({ store });
    await outbox.ready;
    void send('mine');
    store.closePage(stored('left'), stored('mine'), stored("eve's", { sender: 'id eve' }));
    expect(waiting()).toBe(2);
    await untilStarted('mine');
    deliveries[0]?.resolve(testMessage(1));
    await untilStarted('mine', 'left');
    deliveries[1]?.resolve(testMessage(2));
    await vi.waitFor(() => expect(waiting()).toBe(0));
  });

  const broken: OutboxStore = {
    load: () => Promise.reject(new Error('no database')),
    put: () => {
      throw new Error('quota');
    },
    remove: () => Promise.reject(new Error('no database')),
  };

  test('that always fails, messages are sent anyway, and failures are logged', async () => {
    const { outbox, deliveries, send, untilStarted, log } = setUp({ store: broken });
    await outbox.ready;
    const sent = send('a');
    await untilStarted('a');
    deliveries[0]?.resolve(testMessage(1));
    await sent;
    await vi.waitFor(() => expect(log).toHaveLength(3));
    expect(log).toEqual([
      'outbox store: loading failed: Error: no database',
      'outbox store: storing a message failed: Error: quota',
      'outbox store: removing a message failed: Error: no database',
    ]);
  });

  test('that does not answer is waited for once, not for each message; late results are used', async () => {
    vi.useFakeTimers();
    try {
      const late = Promise.withResolvers<StoredMessage[]>();
      const puts: PromiseWithResolvers<void>[] = [];
      const put = () => {
        const answer = Promise.withResolvers<void>();
        puts.push(answer);
        return answer.promise;
      };
      const { outbox, send, started, log } = setUp({
        store: { load: () => late.promise, put, remove: () => Promise.resolve() },
      });
      await vi.advanceTimersByTimeAsync(2_000);
      await outbox.ready;
      expect(log).toEqual(['outbox store: loading timed out (continuing in memory)']);
      void send('a', 'one');
      await vi.advanceTimersByTimeAsync(0);
      expect(started()).toEqual(['a']);
      late.resolve([stored('b', { roomId: 'two' })]);
      puts[0]?.resolve();
      await vi.advanceTimersByTimeAsync(0);
      expect(started()).toEqual(['a', 'b']);

      void send('c', 'three');
      await vi.advanceTimersByTimeAsync(1_999);
      expect(started()).toEqual(['a', 'b']);
      await vi.advanceTimersByTimeAsync(1);
      expect(started()).toEqual(['a', 'b', 'c']);
    } finally {
      vi.useRealTimers();
    }
  });
});

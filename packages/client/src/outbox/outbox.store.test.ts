import { describe, expect, test, vi } from 'vitest';
import { testMessage } from '../../../shared/src/testMessages.ts';
import { EarshotClientError } from '../errors.ts';
import type { OutboxStore, StoredMessage } from './outboxStore.ts';
import type { OutboxEvent } from './pendingMessages.ts';
import { createTestOutbox, refusal, stored } from './testOutbox.ts';
import { memoryStore } from './testOutboxStore.ts';

describe('with a store', () => {
  test('a message is stored before it is sent, and removed when it is acknowledged', async () => {
    const store = memoryStore();
    const put = Promise.withResolvers<void>();
    const { outbox, deliveries, send, started, untilStarted } = createTestOutbox({
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
    const { outbox, deliveries, send, untilStarted, waiting } = createTestOutbox({ store });
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
    const { outbox, deliveries } = createTestOutbox({ store: memoryStore(stored('a', { sentAt: new Date(5) })) });
    await outbox.ready;
    const events: OutboxEvent[] = [];
    outbox.subscribe('room', (event) => events.push(event));
    expect(events).toMatchObject([{ type: 'sent', message: { clientMessageId: 'a', sentAt: new Date(5) } }]);
    deliveries[0]?.reject(refusal);
    await vi.waitFor(() => expect(events[1]).toEqual({ type: 'failed', clientMessageId: 'a', error: refusal }));
  });

  test("another user's messages stay where they are", async () => {
    const store = memoryStore(stored('a', { sender: 'id eve' }), stored('b'));
    const { outbox, untilStarted, waiting } = createTestOutbox({ store });
    await outbox.ready;
    await untilStarted('b');
    expect(waiting()).toBe(1);
    expect(store.messages()).toHaveLength(2);
  });

  test('a rejected message is stored until the user drops it, and so is one that waited when the client was closed', async () => {
    const store = memoryStore();
    const { outbox, deliveries, send, untilStarted } = createTestOutbox({ store });
    await outbox.ready;
    const bad = send('bad');
    await untilStarted('bad');
    deliveries[0]?.reject(refusal);
    await expect(bad).rejects.toBe(refusal);
    void send('in progress');
    void send('waits');
    outbox.close(new EarshotClientError('CLIENT_CLOSED'));
    expect(store.messages().map(({ clientMessageId }) => clientMessageId)).toEqual(['bad', 'in progress', 'waits']);
    outbox.drop('bad');
    expect(store.messages()).toHaveLength(2);
  });

  test('messages left by another page are sent too, once', async () => {
    const store = memoryStore();
    const { outbox, deliveries, send, untilStarted, waiting } = createTestOutbox({ store });
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
    const { outbox, deliveries, send, untilStarted, log } = createTestOutbox({ store: broken });
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
      const { outbox, send, started, log } = createTestOutbox({
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

import { describe, expect, test, vi } from 'vitest';
import { testMessage } from '../../../shared/src/testMessages.ts';
import { EarshotClientError } from '../errors.ts';
import type { OutboxEvent } from './pendingMessages.ts';
import { createTestOutbox, refusal } from './testOutbox.ts';

describe('a follower of a room', () => {
  test('receives the delay of a message, also one from before it followed', () => {
    const { outbox, deliveries, send } = createTestOutbox();
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
    const { outbox, deliveries, send } = createTestOutbox();
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
    const { outbox, deliveries, send } = createTestOutbox();
    const events: OutboxEvent[] = [];
    outbox.subscribe('room', (event) => events.push(event));
    const first = send('a');
    deliveries[0]?.resolve(testMessage(1, { userId: 'ada' }));
    await first;
    void send('b');
    expect(events).toMatchObject([{ message: { userId: null } }, { type: 'answered' }, { message: { userId: 'ada' } }]);
  });
});

import type { Message } from '@earshot/shared';
import { expect, vi } from 'vitest';
import { EarshotClientError } from '../errors.ts';
import { BestEffortStore } from './bestEffortStore.ts';
import { Outbox, type OutgoingMessage } from './outbox.ts';
import type { OutboxStore, StoredMessage } from './outboxStore.ts';

interface TestOutboxOptions {
  capacity?: number;
  store?: OutboxStore;
  sender?: string;
}

/** For tests: an outbox whose deliveries the test answers. */
export function createTestOutbox({ capacity = 10, store, sender = 'id ada' }: TestOutboxOptions = {}) {
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

/** A stored message of the user `id ada`. */
export const stored = (clientMessageId: string, change: Partial<StoredMessage> = {}): StoredMessage => ({
  clientMessageId,
  roomId: 'room',
  content: clientMessageId,
  sentAt: new Date(0),
  sender: 'id ada',
  ...change,
});

/** The server's final answer to a message. */
export const refusal = new EarshotClientError('MESSAGE_TOO_LONG');

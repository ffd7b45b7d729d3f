import type { Message } from '@earshot/shared';
import type { EarshotClientError } from '../errors.ts';
import type { StoredMessage } from './outboxStore.ts';
import type { OutboxEvent } from './pendingMessages.ts';

export type NewMessage = Omit<StoredMessage, 'sender'>;

/** An unacknowledged message in the outbox. */
export interface OutboxEntry {
  readonly message: NewMessage;
  state: 'waiting' | 'sending' | 'failed';
  error: EarshotClientError | null;
  /** The reason why the server does not accept it yet. */
  delay: EarshotClientError | null;
  /** Resolves when it may be sent: it is stored, and the promise it waits for has settled. */
  ready: Promise<unknown> | null;
  /** The promise of the caller; null for messages of an earlier page. */
  caller: { resolve(message: Message): void; reject(error: EarshotClientError): void } | null;
}

export const createEntry = (message: NewMessage, state: OutboxEntry['state']): OutboxEntry => ({
  message,
  state,
  error: null,
  delay: null,
  ready: null,
  caller: null,
});

/** The queue of a room: all unacknowledged messages, including failed ones, in the order of writing. */
export interface RoomQueue {
  readonly entries: OutboxEntry[];
  isSending: boolean;
}

export const firstWaiting = ({ entries }: RoomQueue) => entries.find(({ state }) => state === 'waiting');

export const sentEvent = (
  { message: { clientMessageId, content, sentAt } }: OutboxEntry,
  userId: string | null,
): OutboxEvent => ({ type: 'sent', message: { clientMessageId, userId, content, sentAt } });

export const failedEvent = ({ message: { clientMessageId } }: OutboxEntry, error: EarshotClientError): OutboxEvent => ({
  type: 'failed',
  clientMessageId,
  error,
});

export const delayedEvent = ({ message: { clientMessageId }, delay }: OutboxEntry): OutboxEvent => ({
  type: 'delayed',
  clientMessageId,
  error: delay,
});

import type { Message } from '@earshot/shared';
import { asEarshotError, EarshotClientError } from '../errors.ts';
import { type Readable, Value } from '../lib/value.ts';
import type { BestEffortStore } from './bestEffortStore.ts';
import {
  createEntry,
  delayedEvent,
  failedEvent,
  firstWaiting,
  type NewMessage,
  type OutboxEntry,
  type RoomQueue,
  sentEvent,
} from './outboxEntry.ts';
import type { StoredMessage } from './outboxStore.ts';
import type { OutboxEvent } from './pendingMessages.ts';

export type OutgoingMessage = Pick<StoredMessage, 'roomId' | 'content' | 'clientMessageId'>;

interface OutboxOptions {
  /**
   * Sends a message, and retries until the result is final. Reports each error before a retry. Does not keep the order of
   * concurrent messages.
   */
  deliver(message: OutgoingMessage, onRetry: (error: EarshotClientError) => void): Promise<Message>;
  /** The most messages that may wait. */
  capacity: number;
  /** The sender, if the client was given it; otherwise it is taken from the first response. */
  userId?: string | null;
  /** Stores messages of this sender. Default: only in memory. */
  persistence?: { store: BestEffortStore; sender: string } | undefined;
}

/**
 * The unacknowledged messages. The messages of a room are sent one after the other, in the order in which they were written:
 * of several in flight, a retried one could be stored after its successor. Rooms do not wait for each other.
 */
export class Outbox {
  readonly #queues = new Map<string, RoomQueue>();
  readonly #listeners = new Map<string, Set<(event: OutboxEvent) => void>>();
  readonly #options: OutboxOptions;
  readonly #waiting = new Value(0);
  #userId: string | null;
  #closed: EarshotClientError | null = null;

  /** Resolves when the messages of an earlier page are loaded. New messages sent before that would overtake them. */
  readonly ready: Promise<void>;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#userId = options.userId ?? null;
    const { persistence } = options;
    this.ready = persistence?.store.load(persistence.sender, (messages) => this.#adopt(messages)) ?? Promise.resolve();
  }

  /** The number of messages that wait or are in flight. */
  get waiting(): Readable<number> {
    return this.#waiting;
  }

  /**
   * Resolves with the stored message. Rejects with `OUTBOX_FULL`, or with the reason of the failure. The message is sent
   * when `after` has settled, even if it rejected: the server decides then.
   */
  send(message: NewMessage, after?: Promise<unknown>): Promise<Message> {
    if (this.#closed !== null) return Promise.reject(this.#closed);
    const entry = createEntry(message, 'failed');
    this.#queueOf(message.roomId).entries.push(entry);
    this.#emit(message.roomId, sentEvent(entry, this.#userId));
    return this.#enqueue(entry, after);
  }

  /** Sends a failed message again. Rejects with `SEND_DROPPED` if there is none with this id. */
  retry(clientMessageId: string): Promise<Message> {
    const entry = this.#find(clientMessageId);
    if (entry?.state !== 'failed') return Promise.reject(new EarshotClientError('SEND_DROPPED'));
    if (this.#closed !== null) return Promise.reject(this.#closed);
    this.#emit(entry.message.roomId, { type: 'retried', clientMessageId });
    return this.#enqueue(entry);
  }

  /** Removes a failed or waiting message. Returns false for one in flight, because it may have been stored already. */
  drop(clientMessageId: string): boolean {
    const entry = this.#find(clientMessageId);
    if (entry === undefined || entry.state === 'sending') return false;
    const { caller } = entry;
    if (entry.state === 'waiting') this.#waiting.set(this.#waiting.get() - 1);
    this.#forget(entry);
    this.#emit(entry.message.roomId, { type: 'dropped', clientMessageId });
    caller?.reject(new EarshotClientError('SEND_DROPPED'));
    return true;
  }

  /**
   * Reports events of a room's messages: first the present messages, as if they were sent now, then all changes.
   * Returns a function that unsubscribes.
   */
  subscribe(roomId: string, listener: (event: OutboxEvent) => void): () => void {
    for (const entry of this.#queues.get(roomId)?.entries ?? []) {
      listener(sentEvent(entry, this.#userId));
      if (entry.error !== null) listener(failedEvent(entry, entry.error));
      if (entry.delay !== null) listener(delayedEvent(entry));
    }
    const listeners = this.#listeners.get(roomId) ?? new Set();
    this.#listeners.set(roomId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(roomId);
    };
  }

  /** Fails all waiting messages. They remain in the store. Messages in flight settle with `deliver`. */
  close(reason: EarshotClientError): void {
    this.#closed = reason;
    for (const { entries } of this.#queues.values()) {
      for (const entry of entries) if (entry.state === 'waiting') this.#fail(entry, reason);
    }
  }

  #adopt(messages: readonly StoredMessage[]): void {
    if (this.#closed !== null) return;
    for (const { sender, ...message } of messages) {
      if (sender !== this.#options.persistence?.sender || this.#find(message.clientMessageId)) continue;
      const entry = createEntry(message, 'waiting');
      this.#queueOf(message.roomId).entries.push(entry);
      this.#emit(message.roomId, sentEvent(entry, this.#userId));
      this.#waiting.set(this.#waiting.get() + 1);
    }
    for (const [roomId, queue] of this.#queues) this.#start(roomId, queue);
  }

  #enqueue(entry: OutboxEntry, after?: Promise<unknown>): Promise<Message> {
    const answer = new Promise<Message>((resolve, reject) => {
      entry.caller = { resolve, reject };
    });
    answer.catch(() => {}); // followers receive the failure too, so the promise may be ignored
    if (this.#waiting.get() >= this.#options.capacity) {
      this.#reject(entry, new EarshotClientError('OUTBOX_FULL'));
      return answer;
    }
    const { roomId } = entry.message;
    Object.assign(entry, { state: 'waiting', error: null });
    this.#waiting.set(this.#waiting.get() + 1);
    const { persistence } = this.#options;
    const waits = [persistence?.store.put({ ...entry.message, sender: persistence.sender }), after].filter(
      (wait) => wait !== undefined,
    );
    entry.ready = waits.length === 0 ? null : Promise.allSettled(waits);
    this.#start(roomId, this.#queueOf(roomId));
    return answer;
  }

  #start(roomId: string, queue: RoomQueue): void {
    if (!queue.isSending) void this.#sendAll(roomId, queue);
  }

  async #sendAll(roomId: string, queue: RoomQueue): Promise<void> {
    queue.isSending = true;
    for (let entry = firstWaiting(queue); entry !== undefined; entry = firstWaiting(queue)) {
      entry.state = 'sending';
      if (entry.ready !== null) await entry.ready;
      const { clientMessageId, content } = entry.message;
      try {
        const onRetry = (error: EarshotClientError) => this.#delay(entry, error);
        this.#answer(entry, await this.#options.deliver({ roomId, content, clientMessageId }, onRetry));
      } catch (error) {
        this.#fail(entry, asEarshotError(error));
      }
    }
    queue.isSending = false;
    if (queue.entries.length === 0) this.#queues.delete(roomId);
  }

  /** A lost connection is not a delay of this message: it concerns all messages and is shown elsewhere. */
  #delay(entry: OutboxEntry, error: EarshotClientError): void {
    const delay = error.retry === 'later' ? error : null;
    if (delay === entry.delay) return;
    entry.delay = delay;
    this.#emit(entry.message.roomId, delayedEvent(entry));
  }

  #answer(entry: OutboxEntry, message: Message): void {
    this.#userId ??= message.userId;
    this.#waiting.set(this.#waiting.get() - 1);
    this.#forget(entry);
    this.#emit(entry.message.roomId, { type: 'answered', message });
    entry.caller?.resolve(message);
  }

  /** Fails a message that waits or is in flight. */
  #fail(entry: OutboxEntry, error: EarshotClientError): void {
    this.#waiting.set(this.#waiting.get() - 1);
    this.#reject(entry, error);
  }

  #reject(entry: OutboxEntry, error: EarshotClientError): void {
    Object.assign(entry, { state: 'failed', error, delay: null });
    this.#emit(entry.message.roomId, failedEvent(entry, error));
    entry.caller?.reject(error);
  }

  #forget(entry: OutboxEntry): void {
    const { roomId, clientMessageId } = entry.message;
    const queue = this.#queueOf(roomId);
    queue.entries.splice(queue.entries.indexOf(entry), 1);
    if (queue.entries.length === 0 && !queue.isSending) this.#queues.delete(roomId);
    void this.#options.persistence?.store.remove(clientMessageId);
  }

  #queueOf(roomId: string): RoomQueue {
    const queue = this.#queues.get(roomId) ?? { entries: [], isSending: false };
    this.#queues.set(roomId, queue);
    return queue;
  }

  #find(clientMessageId: string): OutboxEntry | undefined {
    for (const { entries } of this.#queues.values()) {
      const found = entries.find((entry) => entry.message.clientMessageId === clientMessageId);
      if (found) return found;
    }
    return undefined;
  }

  #emit(roomId: string, event: OutboxEvent): void {
    for (const listener of [...(this.#listeners.get(roomId) ?? [])]) listener(event);
  }
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Broker, type BrokerSubscription, controlTopic } from '../broker/broker.ts';
import type { Logger } from '../observe/logger.ts';
import { OutageLog } from './outageLog.ts';

/**
 * What instances send each other beside the events of rooms. Each is a hint: the store has the facts, and is read because of it. So a
 * forged hint costs one read, and a lost one is made up for by the next regular read.
 */
export type ControlHint = z.infer<typeof hintSchema>;

const hintSchema = z.discriminatedUnion('type', [
  /** Rules were put or lifted. */
  z.object({ type: z.literal('rules') }),
  /** The privacy settings of a user changed. */
  z.object({ type: z.literal('privacy'), userId: z.string() }),
]);

const payloadSchema = z.object({ from: z.string(), hint: hintSchema });

/** The control topic of the broker: sends hints to the other instances, and receives theirs. */
export class ControlTopic {
  readonly #broker: Broker;
  readonly #outageLog: OutageLog;
  readonly #instanceId = randomUUID();
  readonly #listeners = new Set<(hint: ControlHint) => void>();
  readonly #onInterrupted = new Set<() => void>();
  readonly #subscription: BrokerSubscription;
  readonly #stopListening: () => void;
  #newest: Promise<unknown> = Promise.resolve();

  constructor(broker: Broker, log: Logger) {
    this.#broker = broker;
    this.#outageLog = new OutageLog(log, 'broker');
    this.#subscription = broker.subscribe(controlTopic, (payload) => this.#receive(payload));
    this.#stopListening = broker.onInterrupted(() => {
      for (const listener of this.#onInterrupted) listener();
    });
  }

  /** Sends a hint to the other instances. Never rejects: the broker may lose it as well. */
  publish(hint: ControlHint): Promise<void> {
    const sent = this.#publish(hint);
    this.#newest = Promise.all([this.#newest, sent]);
    return sent;
  }

  /** Resolves when the hints until now were sent, or failed. */
  async sent(): Promise<void> {
    await this.#newest;
  }

  async #publish(hint: ControlHint): Promise<void> {
    try {
      await this.#broker.publish(controlTopic, JSON.stringify({ from: this.#instanceId, hint }));
      this.#outageLog.onSuccess();
    } catch (error) {
      this.#outageLog.onFailure(error);
    }
  }

  /** Calls the listener with each hint of another instance. It must not throw. Returns a function that removes it. */
  onHint(listener: (hint: ControlHint) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listener when hints may have been lost. It must not throw. Returns a function that removes it. */
  onInterrupted(listener: () => void): () => void {
    this.#onInterrupted.add(listener);
    return () => this.#onInterrupted.delete(listener);
  }

  close(): void {
    this.#stopListening();
    this.#subscription.unsubscribe();
    this.#listeners.clear();
    this.#onInterrupted.clear();
  }

  #receive(payload: string): void {
    const hint = parseHint(payload, this.#instanceId);
    if (hint) for (const listener of this.#listeners) listener(hint);
  }
}

/** Null for an own hint, and for what is none: a newer version may send others. */
function parseHint(payload: string, ownId: string): ControlHint | null {
  try {
    const { from, hint } = payloadSchema.parse(JSON.parse(payload));
    return from === ownId ? null : hint;
  } catch {
    return null;
  }
}

import {
  type ChangeEvent,
  EarshotError,
  emptyPosition,
  type Message,
  newId,
  type Position,
  positionOf,
} from '@earshot/shared';
import type { Broker, BrokerSubscription } from '../broker/broker.ts';
import { withPosition } from '../store/applyChange.ts';
import type { Store } from '../store/store.ts';

/**
 * For the tests of the feed: the two ports at the worst that their documentation allows. The store is slow and sometimes unavailable, but
 * correct; the broker loses, repeats, reorders and delays. Both use the test's fake timers.
 */

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Deterministic random numbers from a seed, from 0 up to 1: mulberry32 (Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A room log in memory. It keeps the current version of a message, so later changes supersede earlier ones. */
export class ModelStore implements Pick<Store, 'snapshot' | 'changesSince' | 'heads' | 'lastChange'> {
  /** Every change, by room, with the message as it was then: the events that a perfect watcher would receive. */
  readonly log = new Map<string, ChangeEvent[]>();
  /** Milliseconds that half a read takes. */
  latency: () => number = () => 1;
  down = false;
  reads = { snapshot: 0, changesSince: 0, heads: 0, lastChange: 0 };

  append(roomId: string, content = 'hello'): ChangeEvent {
    const seq = this.head(roomId) + 1;
    const times = { timestamp: new Date(), editedAt: null };
    const author = { userId: 'ann', username: 'Ann' };
    const message = { id: newId(), roomId, seq, updatedSeq: seq, ...author, content, ...times, deleted: false };
    return this.#record(roomId, { type: 'message.created', message: { ...message, reactions: [] } });
  }

  change(roomId: string, seq: number, content: string): ChangeEvent {
    const message = this.messages(roomId).find((candidate) => candidate.seq === seq);
    if (!message) throw new EarshotError('MESSAGE_NOT_FOUND');
    const changed = withPosition({ ...message, content }, { seq: this.head(roomId) + 1, time: Date.now() });
    return this.#record(roomId, { type: 'message.updated', message: changed });
  }

  head(roomId: string): number {
    return this.log.get(roomId)?.length ?? 0;
  }

  /** The position of the last change up to `seq` that is the latest of its message. */
  position(roomId: string, seq = this.head(roomId)): Position {
    const found = this.messages(roomId).filter(({ updatedSeq }) => updatedSeq <= seq);
    return found.map(positionOf).reduce((a, b) => (b.seq > a.seq ? b : a), emptyPosition);
  }

  /** The current versions of the room's messages, by `seq`. */
  messages(roomId: string): Message[] {
    const latest = new Map<number, Message>();
    for (const { message } of this.log.get(roomId) ?? []) latest.set(message.seq, message);
    return [...latest.values()];
  }

  snapshot(roomId: string, limit: number): Promise<{ messages: Message[]; head: Position }> {
    this.reads.snapshot += 1;
    return this.#read(() => {
      const messages = this.messages(roomId);
      return { messages: messages.slice(Math.max(0, messages.length - limit)), head: this.position(roomId) };
    });
  }

  changesSince(roomId: string, seq: number, limit: number): Promise<Message[]> {
    this.reads.changesSince += 1;
    return this.#read(() => {
      const changed = this.messages(roomId).filter((message) => message.updatedSeq > seq);
      return changed.sort((a, b) => a.updatedSeq - b.updatedSeq).slice(0, limit);
    });
  }

  heads(roomIds: readonly string[]): Promise<Map<string, Position>> {
    this.reads.heads += 1;
    return this.#read(() => new Map(roomIds.map((roomId) => [roomId, this.position(roomId)])));
  }

  lastChange(roomId: string, seq: number): Promise<Position> {
    this.reads.lastChange += 1;
    return this.#read(() => this.position(roomId, seq));
  }

  /** Restores the room to its state after that change. Later changes have later times. */
  restore(roomId: string, seq: number): void {
    this.log.set(roomId, this.log.get(roomId)?.slice(0, seq) ?? []);
  }

  #record(roomId: string, event: ChangeEvent): ChangeEvent {
    const log = this.log.get(roomId) ?? [];
    log.push(event);
    this.log.set(roomId, log);
    return event;
  }

  /** The result is the state at one instant between request and answer. */
  async #read<T>(look: () => T): Promise<T> {
    await wait(this.latency());
    if (this.down) throw new EarshotError('STORE_UNAVAILABLE');
    const seen = structuredClone(look());
    await wait(this.latency());
    return seen;
  }
}

interface ModelSubscription extends BrokerSubscription {
  roomId: string;
  deliver: (payload: string) => void;
  begin: () => void;
}

export class ModelBroker implements Broker {
  readonly kind = 'local';
  /** Delays of the deliveries of one message, in milliseconds. Empty: the message is lost. */
  deliveryDelays: () => number[] = () => [0];
  /** Milliseconds until a new subscription is active. */
  readyAfter: () => number = () => 1;
  #down = false;
  readonly #subscriptions = new Set<ModelSubscription>();
  readonly #interrupted = new Set<() => void>();

  get subscribedRooms(): number {
    return new Set([...this.#subscriptions].map(({ roomId }) => roomId)).size;
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  get listeners(): number {
    return this.#interrupted.size;
  }

  async publish(roomId: string, payload: string): Promise<void> {
    if (this.#down) throw new EarshotError('BROKER_UNAVAILABLE');
    for (const delay of this.deliveryDelays()) setTimeout(() => this.#deliver(roomId, payload), delay);
  }

  subscribe(roomId: string, listener: (payload: string) => void): BrokerSubscription {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    let works = false;
    const subscription: ModelSubscription = {
      roomId,
      ready,
      deliver: (payload) => works && listener(payload),
      begin: () => {
        works = true;
        resolve();
      },
      unsubscribe: () => {
        works = false;
        this.#subscriptions.delete(subscription);
      },
    };
    this.#subscriptions.add(subscription);
    setTimeout(() => this.#down || !this.#subscriptions.has(subscription) || subscription.begin(), this.readyAfter());
    return subscription;
  }

  /** Refuses and drops every message until `restore`. */
  interrupt(): void {
    this.#down = true;
  }

  restore(): void {
    if (!this.#down) return;
    this.#down = false;
    for (const subscription of this.#subscriptions) subscription.begin();
    for (const listener of this.#interrupted) listener();
  }

  onInterrupted(listener: () => void): () => void {
    this.#interrupted.add(listener);
    return () => this.#interrupted.delete(listener);
  }

  async ping(): Promise<void> {}
  async close(): Promise<void> {}

  #deliver(roomId: string, payload: string): void {
    if (this.#down) return;
    for (const subscription of this.#subscriptions) if (subscription.roomId === roomId) subscription.deliver(payload);
  }
}

/** A store and a broker with random delays and faults. `loss`: the broker's loss rate, from 0 to 1. */
export function unreliable(random: () => number, loss: number) {
  const store = new ModelStore();
  const broker = new ModelBroker();
  store.latency = () => random() ** 3 * 60;
  broker.readyAfter = () => random() * 30;
  broker.deliveryDelays = () => {
    if (random() < loss) return [];
    const delay = () => random() ** 3 * 150;
    return random() < 0.2 ? [delay(), delay()] : [delay()];
  };
  return { store, broker };
}

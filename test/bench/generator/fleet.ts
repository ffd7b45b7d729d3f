import type { Collected } from './deliveries.ts';
import type { Target, WatchOrder } from './generator.ts';
import { RemoteGenerator } from './remote.ts';

interface DueOrder {
  rooms: string[];
  watchersPerRoom: number;
  messagesPerRoom: number;
}

interface DeliverOrder extends DueOrder {
  /** Rate over all rooms together; 0 sends all at once. */
  perSecond: number;
}

export interface Delivered {
  deliveries: number;
  /** Milliseconds from the first send to the last delivery. */
  ms: number;
  latencies: number[];
}

/** Milliseconds without any delivery after which missing ones count as lost. */
const timeoutMs = 15_000;

/** All generator processes together. The watchers are divided among them; the first one also publishes and writes. */
export class Fleet implements AsyncDisposable {
  readonly #all: RemoteGenerator[];
  readonly first: RemoteGenerator;

  constructor(target: Target, size: number) {
    this.first = new RemoteGenerator(target);
    this.#all = [this.first, ...Array.from({ length: size - 1 }, () => new RemoteGenerator(target))];
  }

  /** Resolves when all watches have started, with the milliseconds of each connection from its opening until then. */
  async watch(order: Omit<WatchOrder, 'share'>): Promise<number[]> {
    const of = this.#all.length;
    return (await this.#each((one, index) => one.ask('watch', { ...order, share: { index, of } }))).flat();
  }

  async dismiss(): Promise<void> {
    await this.#each((one) => one.ask('dismiss'));
  }

  /** Resolves when no frame has arrived anywhere for this long. */
  async quiet(ms: number): Promise<void> {
    await this.#each((one) => one.ask('quiet', { ms }));
  }

  /** Sends; resolves when every watcher has received every message. Rejects if one is lost or arrives twice. */
  async deliver(order: DeliverOrder): Promise<Delivered> {
    const { rooms, watchersPerRoom, messagesPerRoom, perSecond } = order;
    await this.#each((one) => one.ask('reset'));
    const [parts, { firstAt }] = await Promise.all([
      this.#collected(order),
      this.first.ask('publish', { rooms, messages: rooms.length * messagesPerRoom, perSecond }),
    ]);
    return {
      deliveries: rooms.length * watchersPerRoom * messagesPerRoom,
      ms: (Math.max(...parts.map(({ lastAt }) => lastAt)) - firstAt) / 1_000,
      latencies: parts.flatMap(({ latencies }) => latencies),
    };
  }

  /** Resolves when every watcher has received that many messages, which were sent before. Rejects if one is lost or arrives twice. */
  async collect(order: DueOrder): Promise<void> {
    await this.#collected(order);
  }

  /** Rejects if watchers received more than they should. Call it some time after `deliver`. */
  async refuseMore(order: DeliverOrder): Promise<void> {
    await this.#each((one, index) => one.ask('refuseMoreThan', { deliveries: this.#due(order, index) }));
  }

  /** CPU time of each generator, in microseconds. */
  async cpu(): Promise<number[]> {
    return this.#each((one) => one.ask('cpu'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#each((one) => one[Symbol.asyncDispose]());
  }

  /** The deliveries expected at one generator: it has every n-th watcher, and each receives all messages of its room. */
  #due({ rooms, watchersPerRoom, messagesPerRoom }: DueOrder, index: number): number {
    return Math.ceil((rooms.length * watchersPerRoom - index) / this.#all.length) * messagesPerRoom;
  }

  #collected(order: DueOrder): Promise<Collected[]> {
    return this.#each((one, index) => one.ask('collect', { deliveries: this.#due(order, index), timeoutMs }));
  }

  #each<T>(work: (one: RemoteGenerator, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#all.map(work));
  }
}

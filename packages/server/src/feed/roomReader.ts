import { emptyPosition, type Message, type Position } from '@earshot/shared';
import type { Store } from '../store/store.ts';
import type { Outage } from './outage.ts';
import { retry } from './retry.ts';
import { SingleFlight } from './singleFlight.ts';

export interface ReaderContext {
  store: Pick<Store, 'snapshot' | 'changesSince' | 'heads' | 'lastChange'>;
  storeOutage: Outage;
  /** Changes in one read. */
  pageSize: number;
  random: () => number;
}

/** What the feed of one room reads from the store. */
export class RoomReader {
  readonly #roomId: string;
  readonly #context: ReaderContext;
  readonly #signal: AbortSignal;
  readonly #snapshots = new SingleFlight((history: number) => this.#context.store.snapshot(this.#roomId, history));
  readonly #pages = new SingleFlight((seq: number) => this.page(seq));
  readonly #lastChanges = new SingleFlight((seq: number) => this.#context.store.lastChange(this.#roomId, seq));
  readonly #heads = new SingleFlight((_: 'head') => this.head());

  constructor(roomId: string, context: ReaderContext, signal: AbortSignal) {
    this.#roomId = roomId;
    this.#context = context;
    this.#signal = signal;
  }

  /** Changes in a full page. */
  get pageSize(): number {
    return this.#context.pageSize;
  }

  /** The position of the room's latest change. Rejects when the store fails. */
  async head(): Promise<Position> {
    const heads = await this.#context.store.heads([this.#roomId]);
    return heads.get(this.#roomId) ?? emptyPosition;
  }

  /** The same, perhaps as somebody else asked for it a moment ago. */
  sharedHead(): Promise<Position> {
    return this.#heads.get('head');
  }

  /** The newest messages and their position, perhaps as somebody else asked for them. Rejects when the store fails. */
  sharedSnapshot(history: number): Promise<{ messages: Message[]; head: Position }> {
    return this.#snapshots.get(history);
  }

  /** The last change up to that number, perhaps as somebody else asked for it a moment ago. Rejects when the store fails. */
  sharedLastChange(seq: number): Promise<Position> {
    return this.#lastChanges.get(seq);
  }

  /** The same, read now. Waits for as long as the store fails; rejects when the signal aborts. */
  lastChange(seq: number): Promise<Position> {
    return this.#untilRead(() => this.#context.store.lastChange(this.#roomId, seq));
  }

  /** A page of what changed after `seq`. Waits for as long as the store fails; rejects when the signal aborts. */
  page(seq: number): Promise<Message[]> {
    return this.#untilRead(() => this.#context.store.changesSince(this.#roomId, seq, this.pageSize));
  }

  /** The same, perhaps as somebody else asked for it a moment ago. */
  sharedPage(seq: number): Promise<Message[]> {
    return this.#pages.get(seq);
  }

  #untilRead<T>(look: () => Promise<T>): Promise<T> {
    const { storeOutage, random } = this.#context;
    const read = async () => {
      const found = await look();
      storeOutage.succeeded();
      return found;
    };
    return retry(read, { signal: this.#signal, onFailure: (error) => storeOutage.failed(error), random });
  }
}

import { emptyPosition, type Message, type Position } from '@earshot/shared';
import { retry } from '../async/retry.ts';
import { SingleFlight } from '../async/singleFlight.ts';
import type { LoggedMessage, Store } from '../store/store.ts';
import type { OutageLog } from './outageLog.ts';

export interface ReaderContext {
  /** The store without the caches that the feeds fill. */
  database: Pick<Store, 'snapshot' | 'changesSince' | 'heads' | 'lastChange'>;
  storeOutageLog: OutageLog;
  /** Maximum number of changes in one read. */
  pageSize: number;
  random: () => number;
}

/** Reads one room's log from the database for its feed. Concurrent reads are shared where the caller allows it. */
export class FeedReader {
  readonly #roomId: string;
  readonly #context: ReaderContext;
  readonly #signal: AbortSignal;
  readonly #snapshots = new SingleFlight((history: number) => this.#context.database.snapshot(this.#roomId, history));
  readonly #pages = new SingleFlight((seq: number) => this.page(seq));
  readonly #lastChanges = new SingleFlight((seq: number) => this.#context.database.lastChange(this.#roomId, seq));
  readonly #heads = new SingleFlight((_: 'head') => this.head());

  constructor(roomId: string, context: ReaderContext, signal: AbortSignal) {
    this.#roomId = roomId;
    this.#context = context;
    this.#signal = signal;
  }

  /** Number of changes in a full page. */
  get pageSize(): number {
    return this.#context.pageSize;
  }

  /** Resolves to the position of the room's latest change. Rejects when the store fails. */
  async head(): Promise<Position> {
    const heads = await this.#context.database.heads([this.#roomId]);
    return heads.get(this.#roomId) ?? emptyPosition;
  }

  /** Like `head`, shared with a concurrent read. */
  sharedHead(): Promise<Position> {
    return this.#heads.get('head');
  }

  /** Resolves to the newest messages and their position, shared with a concurrent read. Rejects when the store fails. */
  sharedSnapshot(history: number): Promise<{ messages: Message[]; head: Position }> {
    return this.#snapshots.get(history);
  }

  /** Resolves to the last change with a number up to `seq`, shared with a concurrent read. Rejects when the store fails. */
  sharedLastChange(seq: number): Promise<Position> {
    return this.#lastChanges.get(seq);
  }

  /** Like `sharedLastChange`, but always a new read. Retries while the store fails; rejects when the signal aborts. */
  lastChange(seq: number): Promise<Position> {
    return this.#untilRead(() => this.#context.database.lastChange(this.#roomId, seq));
  }

  /** Reads a page of the changes after `seq`. Retries while the store fails; rejects when the signal aborts. */
  page(seq: number): Promise<LoggedMessage[]> {
    return this.#untilRead(() => this.#context.database.changesSince(this.#roomId, seq, this.pageSize));
  }

  /** Like `page`, shared with a concurrent read. */
  sharedPage(seq: number): Promise<LoggedMessage[]> {
    return this.#pages.get(seq);
  }

  #untilRead<T>(ask: () => Promise<T>): Promise<T> {
    const { storeOutageLog, random } = this.#context;
    const read = async () => {
      const found = await ask();
      storeOutageLog.onSuccess();
      return found;
    };
    return retry(read, { signal: this.#signal, onFailure: (error) => storeOutageLog.onFailure(error), random });
  }
}

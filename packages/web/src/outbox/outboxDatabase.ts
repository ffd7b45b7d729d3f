import type { StoredMessage } from '@earshot/client';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** A message in the database; `page` is the page that sends it, '' when there is none to tell. */
interface Row extends StoredMessage {
  page: string;
}

export const withoutPage = ({ page: _, ...message }: Row): StoredMessage => message;

interface Schema extends DBSchema {
  messages: {
    /** Counts up: the order in which messages were put. */
    key: number;
    value: Row;
    indexes: { clientMessageId: string; sender: string };
  };
}

/** After this long, in milliseconds, nobody comes back to send a message: a former guest of another name. */
const keptForMs = 30 * 24 * 60 * 60_000;

/** The messages of all users and pages of this browser that wait to be sent. */
export class OutboxDatabase {
  readonly #name: string;
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  /** What waits of this sender, in the order in which it was put. */
  async list(sender: string): Promise<Row[]> {
    const database = await this.#open();
    return database.getAllFromIndex('messages', 'sender', sender);
  }

  /** One that is there already keeps its place. */
  async put(row: Row): Promise<void> {
    const { store, done } = (await this.#open()).transaction('messages', 'readwrite');
    const key = await store.index('clientMessageId').getKey(row.clientMessageId);
    await store.put(row, key);
    await done;
  }

  async remove(clientMessageId: string): Promise<void> {
    const { store, done } = (await this.#open()).transaction('messages', 'readwrite');
    const key = await store.index('clientMessageId').getKey(clientMessageId);
    if (key !== undefined) await store.delete(key);
    await done;
  }

  /** Makes what one page had to send of this sender another's. Resolves with that, in its order. */
  async handOver({ sender, from, to }: { sender: string; from: string; to: string }): Promise<Row[]> {
    const { store, done } = (await this.#open()).transaction('messages', 'readwrite');
    const handed: Row[] = [];
    for await (const cursor of store.index('sender').iterate(sender)) {
      if (cursor.value.page !== from) continue;
      const row = { ...cursor.value, page: to };
      handed.push(row);
      await cursor.update(row);
    }
    await done;
    return handed;
  }

  async forgetOld(now = Date.now()): Promise<void> {
    const { store, done } = (await this.#open()).transaction('messages', 'readwrite');
    for await (const cursor of store) {
      if (cursor.value.sentAt.getTime() < now - keptForMs) await cursor.delete();
    }
    await done;
  }

  /** Messages of all users. */
  async count(): Promise<number> {
    return (await this.#open()).count('messages');
  }

  /** Forgets those of all users. */
  async clear(): Promise<void> {
    await (await this.#open()).clear('messages');
  }

  async close(): Promise<void> {
    (await this.#opened)?.close();
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#opened ??= this.#openNow();
    return this.#opened;
  }

  async #openNow(): Promise<IDBPDatabase<Schema>> {
    const reopen = () => {
      this.#opened = null;
    };
    const database = await openDB<Schema>(this.#name, 1, {
      upgrade: (fresh) => {
        const messages = fresh.createObjectStore('messages', { autoIncrement: true });
        messages.createIndex('clientMessageId', 'clientMessageId', { unique: true });
        messages.createIndex('sender', 'sender');
      },
      // A newer page of another tab wants to change the database, or somebody deletes it: don't stand in the way.
      blocking: () => {
        database.close();
        reopen();
      },
      terminated: reopen,
    }).catch((error: unknown) => {
      reopen();
      throw error;
    });
    return database;
  }
}

import type { StoredMessage } from '@earshot/client';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** A stored message. `page` is the page that sends it; '' if it is unknown. */
interface Row extends StoredMessage {
  page: string;
}

export const withoutPage = ({ page: _, ...message }: Row): StoredMessage => message;

interface Schema extends DBSchema {
  messages: {
    /** Ascending; the order in which messages were stored. */
    key: number;
    value: Row;
    indexes: { clientMessageId: string; sender: string };
  };
}

/** Milliseconds after which an unsent message is deleted: its sender, such as a guest under another name, does not return. */
const maxAgeMs = 30 * 24 * 60 * 60_000;

/** The unsent messages of all users and pages of this browser. */
export class OutboxDatabase {
  readonly #name: string;
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  /** The unsent messages of a sender, in the order in which they were stored. */
  async list(sender: string): Promise<Row[]> {
    const database = await this.#open();
    return database.getAllFromIndex('messages', 'sender', sender);
  }

  /** A message that is already stored keeps its position. */
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

  /** Moves a sender's unsent messages from one page to another. Resolves to the moved messages, in order. */
  async handOver({ sender, from, to }: { sender: string; from: string; to: string }): Promise<Row[]> {
    const { store, done } = (await this.#open()).transaction('messages', 'readwrite');
    const moved: Row[] = [];
    for await (const cursor of store.index('sender').iterate(sender)) {
      if (cursor.value.page !== from) continue;
      const row = { ...cursor.value, page: to };
      moved.push(row);
      await cursor.update(row);
    }
    await done;
    return moved;
  }

  async deleteExpired(now = Date.now()): Promise<void> {
    const { store, done } = (await this.#open()).transaction('messages', 'readwrite');
    for await (const cursor of store) {
      if (cursor.value.sentAt.getTime() < now - maxAgeMs) await cursor.delete();
    }
    await done;
  }

  /** Counts the messages of all users. */
  async count(): Promise<number> {
    return (await this.#open()).count('messages');
  }

  /** Deletes the messages of all users. */
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
      upgrade: (created) => {
        const messages = created.createObjectStore('messages', { autoIncrement: true });
        messages.createIndex('clientMessageId', 'clientMessageId', { unique: true });
        messages.createIndex('sender', 'sender');
      },
      // Another tab upgrades or deletes the database. Closing this connection lets it proceed.
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

import { streamsMax } from './streamSlot.ts';

/** A slot for an event stream to `host`, taken by a page of this origin. */
export interface Claim {
  readonly id: string;
  readonly host: string;
}

/** The claims of all pages of this origin. */
export interface ClaimStore {
  /** Stores the claim if a slot is free, else resolves to the claims that have them. No two pages add at the same time. */
  add(claim: Claim): Promise<readonly Claim[]>;
  remove(ids: readonly string[]): Promise<void>;
}

/** Claims in IndexedDB, which pages over plain HTTP have too. A claim stays stored if its page crashes. */
export function claimDatabase(name: string): ClaimStore {
  // Stays open: a page that closes has no time to open it.
  let opened: Promise<IDBDatabase> | null = null;

  function open(): Promise<IDBDatabase> {
    const forget = () => {
      opened = null;
    };
    opened ??= openDatabase(name, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opened;
  }

  /** Resolves when the transaction is committed. The browser runs transactions of all pages one after the other. */
  async function transact(work: (transaction: IDBTransaction, claims: IDBObjectStore) => void): Promise<void> {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction('claims', 'readwrite', { durability: 'relaxed' });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      work(transaction, transaction.objectStore('claims'));
    });
  }

  return {
    add: async (claim) => {
      let occupied: readonly Claim[] = [];
      await transact((transaction, claims) => {
        const read: IDBRequest<Claim[]> = claims.getAll();
        read.onsuccess = () => {
          const others = read.result.filter(({ host }) => host === claim.host);
          if (others.length < streamsMax) claims.put(claim);
          else occupied = others;
          transaction.commit();
        };
      });
      return occupied;
    },
    remove: (ids) =>
      transact((transaction, claims) => {
        for (const id of ids) claims.delete(id);
        transaction.commit(); // at once: the page may be about to close
      }),
  };
}

function openDatabase(name: string, onClosed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('claims', { keyPath: 'id' });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onClosed; // e.g. the user deleted the site's data
      database.onversionchange = () => {
        database.close();
        onClosed();
      };
      resolve(database);
    };
  });
}

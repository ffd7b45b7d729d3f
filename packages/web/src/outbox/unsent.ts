import { outboxName } from './indexedDbOutbox.ts';
import { OutboxDatabase } from './outboxDatabase.ts';

/** How many messages this browser keeps that no server took, of whoever was at this page. */
export const countUnsent = () => withDatabase(0, (database) => database.count());

/** Deletes them all. */
export const forgetUnsent = () => withDatabase(undefined, (database) => database.clear());

/** Where a browser keeps nothing, there is nothing to count or delete. */
async function withDatabase<T>(otherwise: T, work: (database: OutboxDatabase) => Promise<T>): Promise<T> {
  const database = new OutboxDatabase(outboxName);
  try {
    return await work(database);
  } catch {
    return otherwise;
  } finally {
    await database.close().catch(() => {});
  }
}

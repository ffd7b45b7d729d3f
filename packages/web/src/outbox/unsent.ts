import { outboxName } from './indexedDbOutbox.ts';
import { OutboxDatabase } from './outboxDatabase.ts';

/** Counts the unsent messages in this browser, of all users. */
export const countUnsent = () => withDatabase(0, (database) => database.count());

/** Deletes all unsent messages. */
export const deleteUnsent = () => withDatabase(undefined, (database) => database.clear());

/** In a browser without a database there is nothing to count or delete. */
async function withDatabase<T>(fallback: T, run: (database: OutboxDatabase) => Promise<T>): Promise<T> {
  const database = new OutboxDatabase(outboxName);
  try {
    return await run(database);
  } catch {
    return fallback;
  } finally {
    await database.close().catch(() => {});
  }
}

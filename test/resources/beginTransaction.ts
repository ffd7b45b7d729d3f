import { type ClientSession, MongoError } from 'mongodb';

/**
 * Begins a transaction with a write. A store that has just opened builds indexes, which may hold a collection for longer than the 5 ms that a
 * transaction waits: then it begins anew.
 */
export async function beginTransaction(session: ClientSession, write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    session.startTransaction();
    try {
      await write();
      return;
    } catch (error) {
      if (!(error instanceof MongoError && error.hasErrorLabel('TransientTransactionError'))) throw error;
      await session.abortTransaction();
    }
  }
}

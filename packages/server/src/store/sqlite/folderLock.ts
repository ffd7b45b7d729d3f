import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared';
import { makeFolder } from './makeFolder.ts';
import { isBusy } from './storeError.ts';

/**
 * Locks a folder for one server: two servers on one file would not receive each other's messages immediately, nor see each other's present
 * users. The lock is a transaction that stays open, so the system releases it with the process, however that ends. Throws
 * `STORE_UNAVAILABLE` when another server holds it, or the folder can't be written.
 */
export function lockFolder(folder: string): Disposable {
  try {
    makeFolder(folder);
    const lock = new DatabaseSync(join(folder, 'server.lock'));
    lock.exec('BEGIN EXCLUSIVE');
    return { [Symbol.dispose]: () => lock.close() };
  } catch (cause) {
    const reason = isBusy(cause) ? new Error('another Earshot server is running on it') : cause;
    throw new EarshotError('STORE_UNAVAILABLE', { cause: reason });
  }
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared';
import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../store.ts';
import { makeFolder } from './makeFolder.ts';
import { openSqliteStore } from './sqliteStore.ts';
import { isBusy } from './storeError.ts';

const fileName = 'earshot.db';

/** Opens the embedded store in a folder of its own, which no other process can open at the same time. */
export async function openEmbeddedStore(folder: string, log: Logger): Promise<Store> {
  const lock = lockFolder(folder);
  const store = await openSqliteStore({ file: join(folder, fileName), log }).catch((error: unknown) => {
    lock[Symbol.dispose]();
    throw error;
  });
  return { ...store, close: () => store.close().finally(() => lock[Symbol.dispose]()) };
}

/** Opens the embedded store of a folder beside the server that may use it. Rejects with `STORE_UNAVAILABLE` if there is none. */
export async function openSharedStore(folder: string, log: Logger): Promise<Store> {
  const file = join(folder, fileName);
  if (!existsSync(file)) {
    throw new EarshotError('STORE_UNAVAILABLE', { message: `There is no database ${file}. Check DATA_DIR.` });
  }
  return openSqliteStore({ file, log });
}

/**
 * Locks a folder for one server: two servers on one file would not receive each other's messages immediately, nor see each other's present
 * users. The lock is a transaction that stays open, so the system releases it with the process, however that ends. Throws
 * `STORE_UNAVAILABLE` when another server holds it, or the folder can't be written.
 */
function lockFolder(folder: string): Disposable {
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

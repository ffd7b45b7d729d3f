import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared';
import { makeFolder } from './makeFolder.ts';

/**
 * Keeps a folder for one server: two on one file would not hear of each other's messages at once, nor of each other's
 * people. The lock is a transaction that stays open, so the system ends it with the process, however that ends.
 * Throws `STORE_UNAVAILABLE` when another server holds it, or the folder can't be written.
 */
export function lockFolder(folder: string): Disposable {
  try {
    makeFolder(folder);
    const lock = new DatabaseSync(join(folder, 'server.lock'));
    lock.exec('BEGIN EXCLUSIVE');
    return { [Symbol.dispose]: () => lock.close() };
  } catch (cause) {
    const held = cause instanceof Error && cause.message.includes('locked');
    const reason = held ? new Error('another Earshot server is running on it') : cause;
    throw new EarshotError('STORE_UNAVAILABLE', { cause: reason });
  }
}

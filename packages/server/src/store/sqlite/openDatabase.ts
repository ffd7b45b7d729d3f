import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared/plain';
import { makeFolder } from './makeFolder.ts';
import { isBusy } from './storeError.ts';

/** Milliseconds that one process waits for the write lock of another. */
export const busyTimeout = 2_000;
/** Bytes to which the write-ahead log is truncated when SQLite begins it anew. */
export const logSizeLimit = 64 * 1024 * 1024;
/** Enabling the write-ahead log does not wait for locks by itself. */
const openTimeout = 5_000;

/**
 * Opens a connection to the file. Creates its folder if it is missing, with access for this user only, because the file contains locations.
 * Rejects with `STORE_UNAVAILABLE`.
 */
export async function openDatabase(file: string): Promise<DatabaseSync> {
  try {
    makeFolder(dirname(file));
    const database = new DatabaseSync(file, {
      timeout: busyTimeout,
      defensive: true,
      enableForeignKeyConstraints: true,
    });
    await turnOnWriteAheadLog(database);
    database.exec('PRAGMA synchronous = FULL');
    // Deleted or replaced text is overwritten in the file, including in free pages.
    database.exec('PRAGMA secure_delete = ON');
    // Rooms are spread over the file, so each commit touches many pages, and the next ones mostly the same. Those pages are cached, and
    // rarely written back to the file from the log (32 MiB of it). Data for rolling back a savepoint is kept in memory, where SQLite would
    // otherwise write it to a file, page by page. None of this affects durability.
    database.exec(
      `PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = ${logSizeLimit}; PRAGMA temp_store = MEMORY`,
    );
    return database;
  } catch (error) {
    throw new EarshotError('STORE_UNAVAILABLE', { message: `The database ${file} can’t be opened.`, cause: error });
  }
}

async function turnOnWriteAheadLog(database: DatabaseSync): Promise<void> {
  for (const deadline = performance.now() + openTimeout; ; await delay(20)) {
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
      if (mode !== 'wal') throw new Error('The file system does not support a write-ahead log.');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
  }
}

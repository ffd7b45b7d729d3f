import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared/plain';
import { makeFolder } from './makeFolder.ts';
import { isBusy } from './storeError.ts';

/** How long one process waits for the write lock of another, in milliseconds. */
const busyTimeout = 2_000;
/** Turning on the write-ahead log does not wait for locks by itself. */
const openTimeout = 5_000;

/**
 * A connection to the file. Makes its folder when that is missing: for this user alone, since places are in it.
 * Rejects with `STORE_UNAVAILABLE`.
 */
export async function connect(file: string): Promise<DatabaseSync> {
  try {
    makeFolder(dirname(file));
    const database = new DatabaseSync(file, {
      timeout: busyTimeout,
      defensive: true,
      enableForeignKeyConstraints: true,
    });
    await turnOnWriteAheadLog(database);
    database.exec('PRAGMA synchronous = FULL');
    // Text that is deleted or replaced is overwritten in the file, in free pages too.
    database.exec('PRAGMA secure_delete = ON');
    // Rooms lie apart in the file, so each commit touches many pages, and the next ones mostly the same: they are kept at
    // hand, and written back to the file from the log (32 MiB of it) seldom. What a savepoint may have to take back is kept
    // in memory, where SQLite would write it to a file, page by page. None of this is about durability.
    database.exec(
      'PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY',
    );
    return database;
  } catch (error) {
    throw new EarshotError('STORE_UNAVAILABLE', { message: `The database ${file} can't be opened.`, cause: error });
  }
}

async function turnOnWriteAheadLog(database: DatabaseSync): Promise<void> {
  for (const deadline = performance.now() + openTimeout; ; await delay(20)) {
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
      if (mode !== 'wal') throw new Error('This file system does not bear a write-ahead log.');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
  }
}

import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../store.ts';
import { Database, openFile } from './database.ts';
import { history } from './history.ts';
import { people } from './people.ts';
import { roomLog } from './roomLog.ts';
import { rooms } from './rooms.ts';
import { migrate, migrations } from './schema.ts';

export interface SqliteStoreOptions {
  /** The database file; its folder is made when missing. `:memory:` keeps everything in this process. */
  file: string;
  log: Logger;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/**
 * The embedded store: one file, no service. Several stores, also in several processes, may work on one file.
 * Rejects with `STORE_UNAVAILABLE` when the file can't be opened, and when a newer Earshot made it.
 */
export async function openSqliteStore({ file, log, clock = Date.now }: SqliteStoreOptions): Promise<Store> {
  const raw = await openFile(file);
  try {
    const { from, to } = migrate(raw, migrations);
    if (from !== to) log.info({ file, from, to }, 'database schema migrated');
  } catch (error) {
    raw.close();
    throw error;
  }
  const database = new Database(raw);
  const alive = raw.prepare('PRAGMA user_version');
  return {
    kind: 'sqlite',
    ...roomLog(database, clock),
    ...history(database),
    ...rooms(database, clock),
    ...people(database, clock),
    ping: () => database.read(() => void alive.get()),
    close: () => database.close(),
  };
}

import { join } from 'node:path';
import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../store.ts';
import { lockFolder } from './folderLock.ts';
import { openSqliteStore } from './sqliteStore.ts';

/** Opens the embedded store in a folder of its own, which no other process can open at the same time. */
export async function openEmbeddedStore(folder: string, log: Logger): Promise<Store> {
  const lock = lockFolder(folder);
  const store = await openSqliteStore({ file: join(folder, 'earshot.db'), log }).catch((error: unknown) => {
    lock[Symbol.dispose]();
    throw error;
  });
  return { ...store, close: () => store.close().finally(() => lock[Symbol.dispose]()) };
}

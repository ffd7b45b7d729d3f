import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../observe/logger.ts';
import { emptyLog } from './writing/scrub.ts';

interface RewriteOptions {
  file: string;
  log: Logger;
  /** The file was created just now, so there is nothing to remove from it. */
  isNew: boolean;
}

/**
 * Rewrites a file of an earlier version without its free space, which contains exact locations of rooms, and in files from before
 * `secure_delete` deleted text. The task stays pending until that is done, so it is repeated if it was interrupted. It needs as much free
 * disk space as the file takes; without it, it logs a warning, and the next start tries again.
 */
export function rewriteIfPending(database: DatabaseSync, { file, log, isNew }: RewriteOptions): void {
  if (!database.prepare("SELECT 1 FROM pending_tasks WHERE task = 'rewrite file'").get()) return;
  if (!isNew && !rewrite(database, { file, log })) return;
  database.exec("DELETE FROM pending_tasks WHERE task = 'rewrite file'");
}

/** Returns whether neither the file nor its write-ahead log contains data that was deleted before. */
function rewrite(database: DatabaseSync, { file, log }: Omit<RewriteOptions, 'isNew'>): boolean {
  try {
    log.info({ file }, 'database: rewriting the file (about a minute for each 5 GB; it needs as much free disk space)');
    // A copy of the whole file should not be held in memory.
    database.exec('PRAGMA temp_store = FILE; VACUUM');
    if (!emptyLog(database)) throw new Error('another process is reading the file');
    log.info({ file }, 'database rewritten: it no longer contains exact locations or deleted text');
    return true;
  } catch (error) {
    log.warn(
      { err: error, file },
      'database not rewritten: its free space may contain exact locations and deleted text (the next start tries again)',
    );
    return false;
  } finally {
    database.exec('PRAGMA temp_store = MEMORY');
  }
}

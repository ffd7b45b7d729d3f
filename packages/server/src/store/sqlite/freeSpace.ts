import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../observe/logger.ts';

/** Files with fewer schema steps were written without `secure_delete`: their free space contains deleted text. */
const stepsWithSecureDelete = 3;

/**
 * Rewrites an older file without its free space. Must be called before the missing steps are applied, so that it is repeated if it was
 * interrupted. It needs as much free disk space as the file takes; without it, it logs a warning and continues.
 */
export function clearFreeSpace(database: DatabaseSync, file: string, log: Logger): void {
  const steps = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (steps === 0 || steps >= stepsWithSecureDelete) return;
  try {
    // A copy of the whole file should not be held in memory.
    database.exec('PRAGMA temp_store = FILE; VACUUM');
    log.info({ file }, 'database rewritten: its free space no longer contains deleted text');
  } catch (error) {
    log.warn(
      { err: error, file },
      'database not rewritten: its free space may contain deleted text (run VACUUM on the file)',
    );
  } finally {
    database.exec('PRAGMA temp_store = MEMORY');
  }
}

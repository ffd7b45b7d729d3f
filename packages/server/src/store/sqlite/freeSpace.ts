import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../observe/logger.ts';

/** Files with fewer steps of the schema were written without `secure_delete`: their free space holds deleted text. */
const stepsWithSecureDelete = 3;

/**
 * Writes such a file anew, without its free space. To be called before the missing steps are taken, so that it is done
 * again where it was interrupted. It needs as much room on the disk as the file has; without that it warns and goes on.
 */
export function clearFreeSpace(database: DatabaseSync, file: string, log: Logger): void {
  const steps = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (steps === 0 || steps >= stepsWithSecureDelete) return;
  try {
    // A copy of the whole file does not belong in memory.
    database.exec('PRAGMA temp_store = FILE; VACUUM');
    log.info({ file }, 'database written anew: text that was deleted earlier is no longer in its free space');
  } catch (error) {
    log.warn(
      { err: error, file },
      'the database could not be written anew: text that was deleted earlier may be in its free space until VACUUM is run on it',
    );
  } finally {
    database.exec('PRAGMA temp_store = MEMORY');
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { defineFunctions } from './schemaFunctions.ts';

/**
 * Applies the missing steps. Over much data a step may take minutes, so each is a transaction of its own: after an interruption, the next start
 * continues with the interrupted step. A new file gets all steps or none. Safe with several processes at once. Throws if the file was created by
 * a newer version, whose changes to the data are unknown here.
 *
 * `onStep` is called before each step over existing data, with its number.
 */
export function migrate(
  database: DatabaseSync,
  steps: readonly string[],
  onStep: (step: number) => void = () => {},
): { from: number; to: number } {
  defineFunctions(database);
  // A new index is sorted. Over 20,000,000 messages that takes gigabytes, which need not be memory.
  database.exec('PRAGMA temp_store = FILE');
  try {
    const [from, first] = applyNext(database, steps, onStep);
    let version = first;
    while (version < steps.length) [, version] = applyNext(database, steps, onStep);
    return { from, to: version };
  } finally {
    database.exec('PRAGMA temp_store = MEMORY');
  }
}

/** Applies the next step, or all of them to a new file. Returns the versions before and after it. */
function applyNext(
  database: DatabaseSync,
  steps: readonly string[],
  onStep: (step: number) => void,
): [before: number, after: number] {
  database.exec('BEGIN IMMEDIATE');
  try {
    const before = versionOf(database, steps.length);
    const after = before === 0 ? steps.length : Math.min(before + 1, steps.length);
    if (after > before && before > 0) onStep(after);
    for (const step of steps.slice(before, after)) database.exec(step);
    database.exec(`PRAGMA user_version = ${after}`);
    database.exec('COMMIT');
    return [before, after];
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync, newest: number): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version <= newest) return version;
  throw new Error(
    `The database has schema version ${version}, but this Earshot supports at most ${newest}: it was created by a newer Earshot. Run that version, or use another data directory.`,
  );
}

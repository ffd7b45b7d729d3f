import type { DatabaseSync } from 'node:sqlite';
import type { Writes } from './calls.ts';

/** Sets the version of the schema to its current value. SQLite writes it anyway, and so needs disk space. */
export function probeWrites(raw: DatabaseSync): Pick<Writes, 'probe'> {
  const read = raw.prepare('PRAGMA user_version');
  return {
    probe: () => {
      raw.exec(`PRAGMA user_version = ${Number(read.get()?.user_version)}`);
      return undefined;
    },
  };
}

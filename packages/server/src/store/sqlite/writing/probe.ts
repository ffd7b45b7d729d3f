import type { DatabaseSync } from 'node:sqlite';
import type { Writes } from './calls.ts';

/** Puts the version of the schema where it is already. SQLite writes it all the same, and so needs room on the disk. */
export function probeWrites(raw: DatabaseSync): Pick<Writes, 'probe'> {
  const read = raw.prepare('PRAGMA user_version');
  return {
    probe: () => {
      raw.exec(`PRAGMA user_version = ${Number(read.get()?.user_version)}`);
      return undefined;
    },
  };
}

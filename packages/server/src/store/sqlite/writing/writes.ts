import type { DatabaseSync } from 'node:sqlite';
import { auditWrites } from './auditWrites.ts';
import { descriptionWrites } from './descriptionWrites.ts';
import { erasureWrites } from './erasureWrites.ts';
import { expiryWrites } from './expiryWrites.ts';
import { idleRoomWrites } from './idleRoomWrites.ts';
import { memberWrites } from './memberWrites.ts';
import { personalWrites } from './personalWrites.ts';
import { privacyWrites } from './privacyWrites.ts';
import { purgeWrites } from './purgeWrites.ts';
import { reportWrites } from './reportWrites.ts';
import { roomLogWrites } from './roomLogWrites.ts';
import { roomWrites } from './roomWrites.ts';
import { ruleWrites } from './ruleWrites.ts';
import type { Writes } from './writeCalls.ts';

/** The functions of all writes, with their statements prepared. */
export const allWrites = (raw: DatabaseSync): Writes => ({
  ...roomLogWrites(raw),
  ...roomWrites(raw),
  ...descriptionWrites(raw),
  ...idleRoomWrites(raw),
  ...purgeWrites(raw),
  ...memberWrites(raw),
  ...auditWrites(raw),
  ...ruleWrites(raw),
  ...erasureWrites(raw),
  ...expiryWrites(raw),
  ...personalWrites(raw),
  ...reportWrites(raw),
  ...privacyWrites(raw),
  ...probeWrites(raw),
});

/** Sets the version of the schema to its current value. SQLite writes it anyway, and so needs disk space. */
function probeWrites(raw: DatabaseSync): Pick<Writes, 'probe'> {
  const read = raw.prepare('PRAGMA user_version');
  return {
    probe: () => {
      raw.exec(`PRAGMA user_version = ${Number(read.get()?.user_version)}`);
      return undefined;
    },
  };
}

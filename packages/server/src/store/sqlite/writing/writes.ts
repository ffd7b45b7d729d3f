import type { DatabaseSync } from 'node:sqlite';
import type { Writes } from './calls.ts';
import { idleRoomWrites } from './idleRooms.ts';
import { memberWrites } from './members.ts';
import { probeWrites } from './probe.ts';
import { roomLogWrites } from './roomLog.ts';
import { roomWrites } from './rooms.ts';

/** The functions of all writes, with their statements prepared. */
export const allWrites = (raw: DatabaseSync): Writes => ({
  ...roomLogWrites(raw),
  ...roomWrites(raw),
  ...idleRoomWrites(raw),
  ...memberWrites(raw),
  ...probeWrites(raw),
});

import type { DatabaseSync } from 'node:sqlite';
import { membershipsPerStep } from '../../roomRemoval.ts';
import { findPosition } from '../lastChange.ts';
import { number, text } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

/** Removes rooms that nobody uses: see `Store.idleRooms`. */
export function idleRoomWrites(raw: DatabaseSync): Pick<Writes, 'resetIdleTime' | 'endMemberships' | 'removeRooms'> {
  const keep = raw.prepare(
    `UPDATE rooms SET
       idle_since = iif(idle_since IS NULL, NULL, max(idle_since, :now)),
       active_at = iif(active_at IS NULL, NULL, max(active_at, :now)), vacated_at = NULL, vacated_seq = NULL
     WHERE id = :id`,
  );
  const candidate = raw.prepare(
    'SELECT idle_since, active_at, last_message_at FROM rooms WHERE id = ? AND vacated_at IS NULL',
  );
  const noteActivity = raw.prepare('UPDATE rooms SET active_at = ? WHERE id = ?');
  const head = findPosition(raw);
  const vacate = raw.prepare('UPDATE rooms SET vacated_at = ?, vacated_seq = ? WHERE id = ?');
  const someMembers = raw.prepare('SELECT user_id FROM members WHERE room_id = ? LIMIT ?');
  const dropMember = raw.prepare('DELETE FROM members WHERE room_id = ? AND user_id = ?');
  const vacated = raw.prepare('SELECT cell, vacated_seq FROM rooms WHERE id = ? AND vacated_at < ?');
  const markNotIdle = raw.prepare('UPDATE rooms SET idle_since = NULL WHERE id = ?');
  const dropMembers = raw.prepare('DELETE FROM members WHERE room_id = ?');
  const dropRoom = raw.prepare('DELETE FROM rooms WHERE id = ?');
  const record = raw.prepare('INSERT OR IGNORE INTO removed_rooms (id, removed_at) VALUES (?, ?)');
  const otherRoom = raw.prepare('SELECT 1 FROM rooms WHERE cell = ? LIMIT 1');
  const dropPoint = raw.prepare('DELETE FROM cell_points WHERE id = (SELECT id FROM cells WHERE cell = ?)');
  const dropCell = raw.prepare('DELETE FROM cells WHERE cell = ?');

  const headSeq = (roomId: string) => head(roomId).seq;

  function isUnused(
    roomId: string,
    { idleBefore, inactiveBefore }: { idleBefore: number; inactiveBefore: number | null },
  ) {
    const row = candidate.get(roomId);
    if (!row) return false;
    if (row.idle_since !== null) return number(row.idle_since) < idleBefore;
    if (row.active_at === null || inactiveBefore === null) return false;
    const activeAt = Math.max(number(row.active_at), number(row.last_message_at ?? 0));
    if (activeAt > number(row.active_at)) noteActivity.run(activeAt, roomId);
    return activeAt < inactiveBefore;
  }

  /** Ends at most `max` memberships. Returns their number. */
  function endSome(roomId: string, max: number): number {
    const found = someMembers.all(roomId, max);
    for (const { user_id } of found) dropMember.run(roomId, text(user_id));
    return found.length;
  }

  function remove(roomId: string, cell: string | null, now: number): void {
    dropMembers.run(roomId);
    dropRoom.run(roomId);
    record.run(roomId, now);
    if (cell === null || otherRoom.get(cell)) return;
    dropPoint.run(cell);
    dropCell.run(cell);
  }

  function keepChanged(roomId: string, now: number): void {
    if (headSeq(roomId) > 0) markNotIdle.run(roomId);
    keep.run({ now, id: roomId });
  }

  return {
    resetIdleTime: ({ roomIds }, now) => {
      for (const roomId of roomIds) keep.run({ now, id: roomId });
      return undefined;
    },

    endMemberships: ({ roomIds, ...times }, now) => {
      let left = membershipsPerStep;
      let ended = 0;
      for (const roomId of roomIds) {
        if (left === 0) break;
        if (!isUnused(roomId, times)) continue;
        left -= endSome(roomId, left);
        if (left === 0) break; // there may be more members
        vacate.run(now, headSeq(roomId), roomId);
        ended += 1;
      }
      return ended;
    },

    removeRooms: ({ roomIds, before }, now) =>
      roomIds.filter((roomId) => {
        const row = vacated.get(roomId, before);
        if (!row) return false;
        if (headSeq(roomId) !== number(row.vacated_seq)) keepChanged(roomId, now);
        else {
          remove(roomId, row.cell === null ? null : text(row.cell), now);
          return true;
        }
        return false;
      }),
  };
}

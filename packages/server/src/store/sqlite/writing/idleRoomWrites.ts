import type { DatabaseSync } from 'node:sqlite';
import { text } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

/** Removes rooms that never had a message: see `Store.idleRooms`. */
export function idleRoomWrites(
  raw: DatabaseSync,
): Pick<Writes, 'resetIdleTime' | 'removeMembersOfIdleRooms' | 'removeRoomsWithoutMembers'> {
  const keep = raw.prepare('UPDATE rooms SET idle_since = max(idle_since, ?) WHERE id = ? AND idle_since IS NOT NULL');
  const vacate = raw.prepare('UPDATE rooms SET vacated_at = ? WHERE id = ? AND idle_since < ? AND vacated_at IS NULL');
  const dropMembers = raw.prepare('DELETE FROM members WHERE room_id = ?');
  const vacated = raw.prepare(
    'SELECT id, cell FROM rooms WHERE vacated_at IS NOT NULL AND vacated_at < ? ORDER BY vacated_at LIMIT ?',
  );
  const message = raw.prepare('SELECT 1 FROM messages WHERE room_id = ? LIMIT 1');
  const markRoomUsed = raw.prepare('UPDATE rooms SET idle_since = NULL, vacated_at = NULL WHERE id = ?');
  const dropRoom = raw.prepare('DELETE FROM rooms WHERE id = ?');
  const otherRoom = raw.prepare('SELECT 1 FROM rooms WHERE cell = ? LIMIT 1');
  const dropPoint = raw.prepare('DELETE FROM cell_points WHERE id = (SELECT id FROM cells WHERE cell = ?)');
  const dropCell = raw.prepare('DELETE FROM cells WHERE cell = ?');

  function remove(roomId: string, cell: string | null): boolean {
    if (message.get(roomId)) {
      markRoomUsed.run(roomId);
      return false;
    }
    dropMembers.run(roomId);
    dropRoom.run(roomId);
    if (cell !== null && !otherRoom.get(cell)) {
      dropPoint.run(cell);
      dropCell.run(cell);
    }
    return true;
  }

  return {
    resetIdleTime: ({ roomIds }, now) => {
      for (const roomId of roomIds) keep.run(now, roomId);
      return undefined;
    },

    removeMembersOfIdleRooms: ({ roomIds, before }, now) => {
      const done = roomIds.filter((roomId) => vacate.run(now, roomId, before).changes === 1);
      for (const roomId of done) dropMembers.run(roomId);
      return done.length;
    },

    removeRoomsWithoutMembers: ({ before, limit }) =>
      vacated.all(before, limit).filter(({ id, cell }) => remove(text(id), cell === null ? null : text(cell))).length,
  };
}

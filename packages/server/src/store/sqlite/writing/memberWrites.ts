import type { DatabaseSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared/plain';
import { textOrNull } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

/** Milliseconds between two records of a join: see `Store.idleRooms`. */
const joinsNotedMs = 60 * 60 * 1_000;

/** The write operations of members and locations. */
export function memberWrites(
  raw: DatabaseSync,
): Pick<Writes, 'addMember' | 'removeMember' | 'saveLocation' | 'forgetLocations'> {
  const room = raw.prepare('SELECT cell FROM rooms WHERE id = ?');
  const noteJoin = raw.prepare(
    `UPDATE rooms SET
       idle_since = iif(idle_since IS NULL, NULL, :now), active_at = iif(active_at IS NULL, NULL, :now),
       vacated_at = NULL, vacated_seq = NULL
     WHERE id = :id AND (idle_since < :before OR active_at < :before OR vacated_at IS NOT NULL)`,
  );
  const member = raw.prepare('SELECT 1 FROM members WHERE room_id = ? AND user_id = ?');
  const putMember = raw.prepare(
    `INSERT INTO members (room_id, user_id, username, joined_at, name_key, cell) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET username = excluded.username, name_key = excluded.name_key
     WHERE username <> excluded.username OR name_key <> excluded.name_key`,
  );
  const dropMember = raw.prepare('DELETE FROM members WHERE room_id = ? AND user_id = ?');
  const putLocation = raw.prepare(
    `INSERT INTO users (id, username, cell, location_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET username = excluded.username, cell = excluded.cell, location_at = excluded.location_at`,
  );
  const dropLocations = raw.prepare('UPDATE users SET cell = NULL, location_at = NULL WHERE location_at < ?');

  return {
    addMember: ({ roomId, user: { userId, username }, nameKey }, now) => {
      const found = room.get(roomId);
      if (!found) throw new EarshotError('ROOM_NOT_FOUND');
      noteJoin.run({ now, id: roomId, before: now - joinsNotedMs });
      const isNew = !member.get(roomId, userId);
      putMember.run(roomId, userId, username, now, nameKey, textOrNull(found.cell));
      return isNew;
    },

    removeMember: ({ roomId, userId }) => dropMember.run(roomId, userId).changes === 1,

    saveLocation: ([{ userId, username }, cell, at]) => {
      putLocation.run(userId, username, cell, at.getTime());
      return undefined;
    },

    forgetLocations: ({ before }) => Number(dropLocations.run(before).changes),
  };
}

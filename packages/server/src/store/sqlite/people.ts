import { EarshotError } from '@earshot/shared';
import type { Store } from '../store.ts';
import type { Database } from './database.ts';
import { number, toLocation } from './rows.ts';

/** Who is a member of which room, and where users were last. */
export function people(
  database: Database,
  clock: () => number,
): Pick<Store, 'addMember' | 'removeMember' | 'isMember' | 'saveLocation' | 'location' | 'forgetLocations'> {
  const { raw } = database;
  const room = raw.prepare('SELECT 1 FROM rooms WHERE id = ?');
  const member = raw.prepare('SELECT 1 FROM members WHERE room_id = ? AND user_id = ?');
  const putMember = raw.prepare(
    `INSERT INTO members (room_id, user_id, username, joined_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET username = excluded.username`,
  );
  const dropMember = raw.prepare('DELETE FROM members WHERE room_id = ? AND user_id = ?');
  const putLocation = raw.prepare(
    `INSERT INTO users (id, username, latitude, longitude, location_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET username = excluded.username, latitude = excluded.latitude,
       longitude = excluded.longitude, location_at = excluded.location_at`,
  );
  const locationOf = raw.prepare('SELECT latitude, longitude, location_at FROM users WHERE id = ?');
  const dropLocations = raw.prepare(
    'UPDATE users SET latitude = NULL, longitude = NULL, location_at = NULL WHERE location_at < ?',
  );

  return {
    addMember: (roomId, { userId, username }) =>
      database.write(() => {
        if (!room.get(roomId)) throw new EarshotError('ROOM_NOT_FOUND');
        const isNew = !member.get(roomId, userId);
        putMember.run(roomId, userId, username, clock());
        return isNew;
      }),

    removeMember: (roomId, userId) => database.write(() => dropMember.run(roomId, userId).changes === 1),

    isMember: (roomId, userId) => database.read(() => member.get(roomId, userId) !== undefined),

    saveLocation: ({ userId, username }, { latitude, longitude }, at) =>
      database.write(() => {
        putLocation.run(userId, username, latitude, longitude, at.getTime());
      }),

    location: (userId) =>
      database.read(() => {
        const row = locationOf.get(userId);
        const location = row && toLocation(row);
        return location ? { location, at: new Date(number(row.location_at)) } : null;
      }),

    forgetLocations: (at) => database.write(() => Number(dropLocations.run(at.getTime()).changes)),
  };
}

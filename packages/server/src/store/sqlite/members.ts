import { coarse } from '../../cells.ts';
import type { Store } from '../store.ts';
import type { ReadConnection } from './readConnection.ts';
import { number, toLocation } from './rows.ts';
import type { Writer } from './writer.ts';

type Members = Pick<Store, 'addMember' | 'removeMember' | 'isMember' | 'saveLocation' | 'location' | 'forgetLocations'>;

/** Memberships, and the last locations of users. */
export function members(reader: ReadConnection, writer: Writer): Members {
  const member = reader.prepare('SELECT 1 FROM members WHERE room_id = ? AND user_id = ?');
  const locationOf = reader.prepare('SELECT latitude, longitude, location_at FROM users WHERE id = ?');

  return {
    addMember: (roomId, user) => writer.write('addMember', { roomId, user }),

    removeMember: (roomId, userId) => writer.write('removeMember', { roomId, userId }),

    isMember: (roomId, userId) => reader.read(() => member.get(roomId, userId) !== undefined),

    saveLocation: (user, location, at) => writer.write('saveLocation', [user, coarse(location), at]),

    location: (userId) =>
      reader.read(() => {
        const row = locationOf.get(userId);
        const location = row && toLocation(row);
        return location ? { location, at: new Date(number(row.location_at)) } : null;
      }),

    forgetLocations: (at) => writer.write('forgetLocations', { before: at.getTime() }),
  };
}

import { nameKey } from '@earshot/shared/lookalikes';
import type { Store } from '../store.ts';
import type { ReadConnection } from './readConnection.ts';
import { number, text } from './rows.ts';
import type { Writer } from './writer.ts';

type Members = Pick<Store, 'addMember' | 'removeMember' | 'isMember' | 'saveLocation' | 'location' | 'forgetLocations'>;

/** Memberships, and the last locations of users. */
export function members(reader: ReadConnection, writer: Writer): Members {
  const member = reader.prepare('SELECT 1 FROM members WHERE room_id = ? AND user_id = ?');
  const locationOf = reader.prepare('SELECT cell, location_at FROM users WHERE id = ? AND cell IS NOT NULL');

  return {
    addMember: (roomId, user) => writer.write('addMember', { roomId, user, nameKey: nameKey(user.username) }),

    removeMember: (roomId, userId) => writer.write('removeMember', { roomId, userId }),

    isMember: (roomId, userId) => reader.read(() => member.get(roomId, userId) !== undefined),

    saveLocation: (user, cell, at) => writer.write('saveLocation', [user, cell, at]),

    location: (userId) =>
      reader.read(() => {
        const row = locationOf.get(userId);
        return row ? { cell: text(row.cell), at: new Date(number(row.location_at)) } : null;
      }),

    forgetLocations: (at) => writer.write('forgetLocations', { before: at.getTime() }),
  };
}

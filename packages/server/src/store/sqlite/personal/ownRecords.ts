import { type PersonalData, type PersonalStores, pageOfRecords } from '../../personalData.ts';
import type { ReadConnection } from '../readConnection.ts';
import { number, text, toRoom } from '../rows.ts';

/** Reads a user's memberships, by room. */
export function membershipsOf(reader: ReadConnection): PersonalStores['memberships']['exportOf'] {
  const following = reader.prepare(
    'SELECT room_id, username, joined_at FROM members WHERE user_id = ? AND room_id > ? ORDER BY room_id LIMIT ?',
  );
  return (userId, { after, limit }) =>
    reader.read(() =>
      pageOfRecords(following.all(userId, after ?? '', limit + 1), limit, {
        keyOf: (row) => text(row.room_id),
        toRecord: (row) => ({
          roomId: text(row.room_id),
          username: text(row.username),
          joinedAt: new Date(number(row.joined_at)),
        }),
      }),
    );
}

/** Reads the rooms that a user made, by id. */
export function roomsOf(reader: ReadConnection): PersonalStores['rooms']['exportOf'] {
  const following = reader.prepare('SELECT * FROM rooms WHERE created_by = ? AND id > ? ORDER BY id LIMIT ?');
  return (userId, { after, limit }) =>
    reader.read(() =>
      pageOfRecords(following.all(userId, after ?? '', limit + 1), limit, {
        keyOf: (row) => text(row.id),
        toRecord: toRoom,
      }),
    );
}

/** Reads a user's name and location. */
export function profileOf(reader: ReadConnection): PersonalData['exportOf'] {
  const one = reader.prepare('SELECT username, cell, location_at FROM users WHERE id = ?');
  return (userId) =>
    reader.read(() => {
      const row = one.get(userId);
      if (!row) return { records: [], next: null };
      const location = row.cell === null ? {} : { cell: text(row.cell), at: new Date(number(row.location_at)) };
      return { records: [{ username: text(row.username), ...location }], next: null };
    });
}

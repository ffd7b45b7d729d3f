import type { DatabaseSync } from 'node:sqlite';
import { newRandomId, toUnitVector } from '@earshot/shared';
import type { NamedRoomRequest, StoredRoom } from '../../store.ts';
import { findRooms } from '../findRooms.ts';
import type { Writes } from './calls.ts';

/** Makes rooms where there are none. */
export function roomWrites(raw: DatabaseSync): Pick<Writes, 'addRoomNear' | 'addNamedRoom'> {
  const { byId, nearest } = findRooms(raw);
  const insert = raw.prepare(
    'INSERT INTO rooms (id, name, latitude, longitude, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertPoint = raw.prepare('INSERT INTO room_points VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)');

  function add({ roomId, name, location, createdBy }: NamedRoomRequest, now: number): StoredRoom {
    const { latitude, longitude } = location ?? { latitude: null, longitude: null };
    insert.run(roomId, name, latitude, longitude, createdBy, now);
    if (location) insertPoint.run(...toUnitVector(location).flatMap((axis) => [axis, axis]), roomId);
    return { id: roomId, name, location, createdAt: new Date(now), lastMessageAt: null };
  }

  /** Retries on an id that is in use: the database may hold rooms of any id. */
  function unusedId(): string {
    const id = newRandomId();
    return byId(id) ? unusedId() : id;
  }

  return {
    addRoomNear: (request, now) => {
      const found = nearest(request.location, request.radius, 1)[0]?.room;
      return found
        ? { room: found, isNew: false }
        : { room: add({ ...request, roomId: unusedId() }, now), isNew: true };
    },

    addNamedRoom: (request, now) => {
      const found = byId(request.roomId);
      return found ? { room: found, isNew: false } : { room: add(request, now), isNew: true };
    },
  };
}

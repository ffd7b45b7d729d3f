import type { DatabaseSync } from 'node:sqlite';
import { newRandomId, toUnitVector } from '@earshot/shared/plain';
import type { StoredRoom } from '../../store.ts';
import { findRooms } from '../findRooms.ts';
import type { CellWithCentre, WriteCalls, Writes } from './writeCalls.ts';

/** Creates rooms where there are none. */
export function roomWrites(raw: DatabaseSync): Pick<Writes, 'addRoomNear' | 'addNamedRoom'> {
  const { byId, nearestOf } = findRooms(raw);
  const insert = raw.prepare(
    'INSERT INTO rooms (id, name, cell, created_by, created_at, idle_since, active_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const removed = raw.prepare('SELECT 1 FROM removed_rooms WHERE id = ?');
  const insertCell = raw.prepare('INSERT OR IGNORE INTO cells (cell, latitude, longitude) VALUES (?, ?, ?)');
  const insertPoint = raw.prepare('INSERT INTO cell_points VALUES (?, ?, ?, ?, ?, ?, ?)');

  /** `activeAt`: null for a room that its name identifies. It is kept once it has a message. */
  function add(request: WriteCalls['addNamedRoom']['input'], now: number, activeAt: number | null): StoredRoom {
    const { roomId, name, cell, createdBy, location } = request;
    insert.run(roomId, name, cell, createdBy, now, now, activeAt);
    if (location) addCell(location);
    return {
      ...{ id: roomId, name, title: null, topic: null, createdBy, cell },
      createdAt: new Date(now),
      lastMessageAt: null,
    };
  }

  function addCell({ cell, centre }: CellWithCentre): void {
    const { changes, lastInsertRowid } = insertCell.run(cell, centre.latitude, centre.longitude);
    if (changes === 1) insertPoint.run(lastInsertRowid, ...toUnitVector(centre).flatMap((axis) => [axis, axis]));
  }

  /** Returns an id that is not in use: the database may contain rooms of any id. */
  function unusedId(): string {
    const id = newRandomId();
    return byId(id) || removed.get(id) ? unusedId() : id;
  }

  return {
    addRoomNear: (request, now) => {
      const found = nearestOf(request.location.centre, request);
      return found
        ? { room: found, isNew: false }
        : { room: add({ ...request, roomId: unusedId() }, now, now), isNew: true };
    },

    addNamedRoom: (request, now) => {
      const found = byId(request.roomId);
      return found ? { room: found, isNew: false } : { room: add(request, now, null), isNew: true };
    },
  };
}

import type { Store } from '../store.ts';
import type { ReadConnection } from './readConnection.ts';
import { text } from './rows.ts';
import type { Writer } from './writer.ts';

export type IdleRooms = Pick<
  Store,
  | 'idleRooms'
  | 'inactiveRooms'
  | 'resetIdleTime'
  | 'endMemberships'
  | 'vacatedRooms'
  | 'removeRooms'
  | 'purgeRemovedRooms'
  | 'wasRemoved'
  | 'forgetRemovedRooms'
>;

/** The removal of rooms that nobody uses. */
export function idleRooms(reader: ReadConnection, writer: Writer): IdleRooms {
  const idle = reader.prepare(
    'SELECT id FROM rooms WHERE idle_since < ? AND vacated_at IS NULL ORDER BY idle_since LIMIT ?',
  );
  const inactive = reader.prepare(
    'SELECT id FROM rooms WHERE active_at < ? AND vacated_at IS NULL ORDER BY active_at LIMIT ?',
  );
  const vacated = reader.prepare('SELECT id FROM rooms WHERE vacated_at < ? ORDER BY vacated_at LIMIT ?');
  const removed = reader.prepare('SELECT 1 FROM removed_rooms WHERE id = ?');
  const ids = (statement: typeof idle, before: Date, limit: number) =>
    reader.read(() => statement.all(before.getTime(), limit).map(({ id }) => text(id)));

  return {
    idleRooms: (before, limit) => ids(idle, before, limit),
    inactiveRooms: (before, limit) => ids(inactive, before, limit),
    resetIdleTime: (roomIds) => writer.write('resetIdleTime', { roomIds }),
    endMemberships: (roomIds, { idleBefore, inactiveBefore }) =>
      writer.write('endMemberships', {
        roomIds,
        idleBefore: idleBefore.getTime(),
        inactiveBefore: inactiveBefore?.getTime() ?? null,
      }),
    vacatedRooms: (before, limit) => ids(vacated, before, limit),
    removeRooms: (roomIds, before) => writer.write('removeRooms', { roomIds, before: before.getTime() }),
    purgeRemovedRooms: () => writer.write('purgeRemovedRooms', undefined),
    wasRemoved: (roomId) => reader.read(() => removed.get(roomId) !== undefined),
    forgetRemovedRooms: (before, limit) => writer.write('forgetRemovedRooms', { before: before.getTime(), limit }),
  };
}

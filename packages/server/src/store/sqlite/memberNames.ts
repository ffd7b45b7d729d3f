import {
  aboveKeys,
  type FoundMember,
  type MemberNameStore,
  memberScanMax,
  membershipScanMax,
  toMemberPage,
} from '../memberNames.ts';
import type { ReadConnection } from './readConnection.ts';
import { number, type Row, text } from './rows.ts';

/** Finds members by the indexes of their names. */
export function memberNames(reader: ReadConnection): MemberNameStore {
  const search = (condition: string) =>
    reader.prepare(
      `SELECT name_key, user_id, username FROM members
       WHERE ${condition}(name_key, user_id) > (?, ?) AND name_key < ? ORDER BY name_key, user_id LIMIT ?`,
    );
  const onServer = search('');
  const inRoom = search('room_id = ? AND ');
  const inCell = search('cell = ? AND ');
  const of = reader.prepare(
    'SELECT room_id, cell, username, joined_at FROM members WHERE user_id = ? ORDER BY room_id LIMIT ?',
  );
  const ofInRoom = reader.prepare(
    'SELECT room_id, cell, username, joined_at FROM members WHERE room_id = ? AND user_id = ?',
  );

  return {
    search: ({ scope, prefix, after, limit }) =>
      reader.read(() => {
        const range = [after?.nameKey ?? prefix, after?.userId ?? '', aboveKeys(prefix), memberScanMax] as const;
        const ranges =
          scope.type === 'server'
            ? [onServer.all(...range)]
            : scope.type === 'room'
              ? [inRoom.all(scope.roomId, ...range)]
              : scope.cells.map((cell) => inCell.all(cell, ...range));
        return toMemberPage(
          ranges.map((rows) => rows.map(toFound)),
          limit,
        );
      }),

    memberships: (userId, scope, limit) =>
      reader.read(() => {
        if (scope.type === 'room') return ofInRoom.all(scope.roomId, userId).map(toMembership);
        const rows = of.all(userId, scope.type === 'server' ? limit : membershipScanMax);
        const inScope =
          scope.type === 'server' ? rows : rows.filter(({ cell }) => scope.cells.some((one) => one === cell));
        return inScope.slice(0, limit).map(toMembership);
      }),
  };
}

const toFound = (row: Row): FoundMember => ({
  nameKey: text(row.name_key),
  userId: text(row.user_id),
  username: text(row.username),
});

const toMembership = (row: Row) => ({
  roomId: text(row.room_id),
  username: text(row.username),
  joinedAt: new Date(number(row.joined_at)),
});

import { areaCells, isInArea } from '../../cells.ts';
import type { MemberScope } from '../../store/memberNames.ts';
import type { RuleScope } from '../../store/rules.ts';
import type { Store } from '../../store/store.ts';

export interface UserRequest {
  scope: RuleScope;
  userId: string;
}

export function toMemberScope(scope: RuleScope): MemberScope {
  return scope.type === 'area' ? { type: 'area', cells: areaCells(scope.cell) } : scope;
}

/** Returns which of the rooms are in the scope. Rooms of an area are looked up, so there should be few. */
export async function roomsInScope(
  { store }: { store: Pick<Store, 'room'> },
  scope: RuleScope,
  roomIds: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const all = [...new Set(roomIds)];
  if (scope.type === 'server') return new Set(all);
  if (scope.type === 'room') return new Set(all.filter((roomId) => roomId === scope.roomId));
  const rooms = await Promise.all(all.map((roomId) => store.room(roomId)));
  return new Set(rooms.flatMap((room) => (room?.cell && isInArea(room.cell, scope.cell) ? [room.id] : [])));
}

import {
  aboveKeys,
  type FoundMember,
  type MemberNameStore,
  memberScanMax,
  membershipScanMax,
  toMemberPage,
} from '../memberNames.ts';
import type { BackgroundIndexes } from './backgroundIndexes.ts';
import type { CallTracker } from './callTracker.ts';
import type { Collections } from './collections.ts';
import { type MemberDocument, memberNameIndexes } from './memberFields.ts';

/** Finds members by the indexes of their names. */
export function memberNames(
  { members }: Pick<Collections, 'members'>,
  { calls, indexes }: { calls: CallTracker; indexes: BackgroundIndexes },
): MemberNameStore {
  /** Reads a range of an index whose keys begin with those of `of`. */
  async function read(
    { prefix, after }: Pick<Parameters<MemberNameStore['search']>[0], 'prefix' | 'after'>,
    { index, of }: { index: keyof typeof memberNameIndexes; of: Partial<MemberDocument> },
  ): Promise<FoundMember[]> {
    // No text is between that of the user and the one with a zero character more.
    const from =
      after === null ? { name_key: prefix, user_id: '' } : { name_key: after.nameKey, user_id: `${after.userId}\0` };
    const found = members
      .find({}, { projection: { name_key: 1, user_id: 1, username: 1 } })
      .hint(memberNameIndexes[index])
      .min({ ...of, ...from })
      .max({ ...of, name_key: aboveKeys(prefix), user_id: '' })
      .limit(memberScanMax);
    return (await found.toArray()).map(({ name_key, user_id: userId, username }) => ({
      nameKey: name_key ?? '',
      userId,
      username,
    }));
  }

  return {
    search: ({ scope, limit, ...query }) =>
      calls.run(async () => {
        await indexes.ready();
        if (scope.type === 'server') return toMemberPage([await read(query, { index: 'server', of: {} })], limit);
        if (scope.type === 'room') {
          return toMemberPage([await read(query, { index: 'room', of: { room_id: scope.roomId } })], limit);
        }
        const ranges = await Promise.all(scope.cells.map((cell) => read(query, { index: 'cell', of: { cell } })));
        return toMemberPage(ranges, limit);
      }),

    memberships: (userId, scope, limit) =>
      calls.run(async () => {
        await indexes.ready();
        const filter = { user_id: userId, ...(scope.type === 'room' && { room_id: scope.roomId }) };
        const found = await members
          .find(filter)
          .sort({ room_id: 1 })
          .limit(scope.type === 'area' ? membershipScanMax : limit)
          .toArray();
        const inScope = scope.type === 'area' ? found.filter(({ cell }) => cell && scope.cells.includes(cell)) : found;
        return inScope
          .slice(0, limit)
          .map(({ room_id, username, joined_at }) => ({ roomId: room_id, username, joinedAt: joined_at }));
      }),
  };
}

import type { Membership } from './personalData.ts';

/** Finds the members of rooms by their names. */
export interface MemberNameStore {
  /**
   * Returns a page of the members whose name, as folded by `nameKey` of shared, begins with the prefix, in order of the folded name and then
   * of the id. A user with several names is found by each. A page reads at most `memberScanMax` memberships of each range, whatever the
   * number of members, so it may have fewer users than `limit` before the end. `next` is null only at the end.
   */
  search(query: MemberQuery): Promise<MemberPage>;
  /** Returns memberships of a user in the scope, by room: at most `limit`, among the first `membershipScanMax` of the user. */
  memberships(userId: string, scope: MemberScope, limit: number): Promise<Membership[]>;
}

/** Which rooms. */
export type MemberScope =
  | { type: 'server' }
  | { type: 'area'; cells: readonly string[] }
  | { type: 'room'; roomId: string };

/** A position in the order of the users found. */
export interface MemberPosition {
  nameKey: string;
  userId: string;
}

export interface MemberQuery {
  scope: MemberScope;
  /** The result of `nameKey`; not empty. */
  prefix: string;
  /** `next` of the page before; null for the first. */
  after: MemberPosition | null;
  limit: number;
}

export interface FoundMember extends MemberPosition {
  username: string;
}

export interface MemberPage {
  members: FoundMember[];
  next: MemberPosition | null;
}

/** The most memberships that a page reads in one range of an index: on the server, in a room, or in each cell of an area. */
export const memberScanMax = 100;
/** The most memberships of one user that are read. */
export const membershipScanMax = 1_000;

/** The key that is above all those with the prefix. */
export const aboveKeys = (prefix: string): string => `${prefix}\u{10FFFF}`;

/** Makes a page of the memberships that were read in each range, in order: at most `memberScanMax` of a range. */
export function toMemberPage(ranges: readonly (readonly FoundMember[])[], limit: number): MemberPage {
  // What follows the last member of a range that may go on is not known.
  const ends = ranges.flatMap((range) => (range.length === memberScanMax ? [range.at(-1)] : []));
  const [end = null] = ends.filter((one) => one !== undefined).sort(comparePositions);
  const members = new Map<string, FoundMember>();
  for (const member of ranges.flat().sort(comparePositions)) {
    if (end !== null && comparePositions(member, end) > 0) break;
    const key = JSON.stringify([member.nameKey, member.userId]);
    if (members.has(key)) continue;
    if (members.size === limit)
      return { members: [...members.values()], next: positionOf([...members.values()].at(-1)) };
    members.set(key, member);
  }
  return { members: [...members.values()], next: positionOf(end ?? undefined) };
}

function positionOf(member: FoundMember | undefined): MemberPosition | null {
  return member === undefined ? null : { nameKey: member.nameKey, userId: member.userId };
}

/** By code points, which is how databases compare texts. */
function comparePositions(a: MemberPosition, b: MemberPosition): number {
  return compareText(a.nameKey, b.nameKey) || compareText(a.userId, b.userId);
}

const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

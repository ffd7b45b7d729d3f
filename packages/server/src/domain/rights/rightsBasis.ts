import { type Role, roles } from '@earshot/shared';
import { type Right, type RightsRow, rightsTable } from './rightsTable.ts';

/**
 * What decides about a right: only the identity, if every user has it; only the membership, if it makes all users equal; otherwise the role,
 * which is costlier to find out.
 */
type RightsBasis = 'identity' | 'membership' | 'role';

const users = roles.filter((role) => role !== 'anonymous');
const members = users.filter((role) => role !== 'visitor');

function findBasis(row: RightsRow): RightsBasis {
  if (users.every((role) => row[role] === 'allowed')) return 'identity';
  const ofMember = (role: Role): Right => (row[role] === 'ifMember' ? 'allowed' : row[role]);
  const outsideAllowed = members.some((role) => role !== 'member' && row[role] === 'allowed');
  return members.every((role) => ofMember(role) === row.member) && !outsideAllowed ? 'membership' : 'role';
}

const bases = new Map<RightsRow, RightsBasis>();
for (const rows of Object.values(rightsTable)) {
  for (const row of Object.values(rows)) bases.set(row, findBasis(row));
}

export const basisOf = (row: RightsRow): RightsBasis => bases.get(row) ?? 'role';

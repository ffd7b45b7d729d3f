/** What a user may be on the whole server, beside a member of rooms. */
export type ServerRole = (typeof serverRoles)[number];

const serverRoles = ['admin', 'moderator'] as const;

/** The most elements of a claim that are read. */
const elementsMax = 100;

/** The roles in a claim: a list of texts, of which others than roles are ignored. No roles, if it is anything else. */
export function readRoles(claim: unknown): readonly ServerRole[] {
  if (!Array.isArray(claim)) return noRoles;
  const given: readonly unknown[] = claim.slice(0, elementsMax);
  const known = serverRoles.filter((role) => given.includes(role));
  return known.length === 0 ? noRoles : known;
}

/** Shared by all users without roles. */
export const noRoles: readonly ServerRole[] = [];

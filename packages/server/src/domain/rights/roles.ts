/**
 * The roles of a user, strongest first. `admin` and `moderator` hold on the whole server, `areaModerator` in a map cell and its neighbours,
 * the others in one room. `visitor` has an identity and is not a member of the room; `anonymous` has no identity.
 */
export const roles = [
  'admin',
  'moderator',
  'areaModerator',
  'owner',
  'roomModerator',
  'member',
  'visitor',
  'anonymous',
] as const;
export type Role = (typeof roles)[number];

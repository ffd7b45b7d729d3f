/** The limits of privacy settings. They are not among `limits`, because pages load all of those. */
export const privacyLimits = {
  /** Users that one user can block. */
  blocks: 1_000,
  /** Rooms in which a user's visibility differs from that in all other rooms. */
  rooms: 100,
} as const;

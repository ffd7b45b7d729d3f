/** Maximum number of memberships that one call of `endMemberships` ends, so that no send waits long behind it. */
export const membershipsPerStep = 1_000;
/** Maximum number of messages, or of reactions, that one call of `purgeRemovedRooms` deletes. */
export const purgedPerStep = 200;

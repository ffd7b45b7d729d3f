/** The claims of a token that may name its user, the preferred one first. The last one, `sub`, is the user id. */
export const nameClaims = ['username', 'name', 'preferred_username', 'sub'] as const;

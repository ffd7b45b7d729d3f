/** The HTTP headers in which clients in open mode name themselves. The values are percent-encoded, because headers are Latin-1. */
export const identityHeaders = { username: 'x-earshot-username', userId: 'x-earshot-user-id' } as const;

/** Returns the user id of a guest, from a random UUID. */
export const toGuestId = (uuid: string) => `guest-${uuid}`;

const guestId = /^guest-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a user id has the form of a guest id. */
export function isGuestId(userId: unknown): boolean {
  return typeof userId === 'string' && guestId.test(userId);
}

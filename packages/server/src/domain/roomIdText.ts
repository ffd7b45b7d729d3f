import { isId } from '@earshot/shared';

/** Characters of an ObjectId in base64url. */
const objectIdChars = 16;

/** A room's id as a part of a cursor: an ObjectId is 16 base64url characters, another id is base64url between tildes. */
export function formatRoomId(roomId: string): string {
  return isId(roomId)
    ? Buffer.from(roomId, 'hex').toString('base64url')
    : `~${Buffer.from(roomId).toString('base64url')}~`;
}

/** Parses the result of `formatRoomId` at the start of a text, and returns the rest of the text. */
export function parseRoomId(entry: string): { roomId: string; rest: string } {
  const end = entry.startsWith('~') ? entry.indexOf('~', 1) : objectIdChars;
  const roomId = entry.startsWith('~')
    ? Buffer.from(entry.slice(1, end), 'base64url').toString()
    : Buffer.from(entry.slice(0, end), 'base64url').toString('hex');
  return { roomId, rest: entry.slice(entry.startsWith('~') ? end + 1 : end) };
}

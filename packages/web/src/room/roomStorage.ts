/** The data that this browser stores about rooms: in localStorage, one key for each kind and room, or kind, user and room. */
const kinds = ['seen', 'draft', 'sameName', 'name'] as const;
type Kind = (typeof kinds)[number];

const keyOf = (kind: Kind, roomId: string) => `earshot.${kind}.${roomId}`;

/** The stored text; null if there is none or the browser stores nothing. */
export function readRoomData(kind: Kind, roomId: string): string | null {
  try {
    return localStorage.getItem(keyOf(kind, roomId));
  } catch {
    return null;
  }
}

/** Stores a text, or deletes it (null). */
export function writeRoomData(kind: Kind, roomId: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(keyOf(kind, roomId));
    else localStorage.setItem(keyOf(kind, roomId), value);
  } catch {
    // Storage is not accessible or full: the text is lost with the page.
  }
}

const draftKey = (userId: string, roomId: string) => `${encodeURIComponent(userId)}/${roomId}`;

/** The user's draft in a room; null if there is none. */
export const readDraft = (userId: string, roomId: string) => readRoomData('draft', draftKey(userId, roomId));

/** Stores the user's draft in a room, or deletes it (empty). */
export function writeDraft(userId: string, roomId: string, draft: string): void {
  writeRoomData('draft', draftKey(userId, roomId), draft === '' ? null : draft);
}

/** Moves all drafts to another user id, for a person who goes on under it. */
export function moveDrafts(fromUserId: string, toUserId: string): void {
  if (fromUserId === toUserId) return;
  const prefix = keyOf('draft', draftKey(fromUserId, ''));
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(prefix))) {
      writeDraft(toUserId, key.slice(prefix.length), localStorage.getItem(key) ?? '');
      localStorage.removeItem(key);
    }
  } catch {
    // Storage is not accessible, so nothing is stored.
  }
}

/** Deletes everything about all rooms. */
export function deleteRoomData(): void {
  try {
    const ours = Object.keys(localStorage).filter((key) => kinds.some((kind) => key.startsWith(keyOf(kind, ''))));
    for (const key of ours) localStorage.removeItem(key);
  } catch {
    // Storage is not accessible, so nothing is stored.
  }
}

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

/** Deletes everything about all rooms. */
export function deleteRoomData(): void {
  try {
    const ours = Object.keys(localStorage).filter((key) => kinds.some((kind) => key.startsWith(keyOf(kind, ''))));
    for (const key of ours) localStorage.removeItem(key);
  } catch {
    // Storage is not accessible, so nothing is stored.
  }
}

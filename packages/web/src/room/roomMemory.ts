/** What this browser keeps of rooms: in localStorage, a key for each room and kind. */
type Kind = 'seen' | 'draft' | 'sameName';

const keyOf = (kind: Kind, roomId: string) => `earshot.${kind}.${roomId}`;

/** What was kept; null for nothing, and where a browser keeps nothing. */
export function recall(kind: Kind, roomId: string): string | null {
  try {
    return localStorage.getItem(keyOf(kind, roomId));
  } catch {
    return null;
  }
}

/** Keeps a text, or forgets it (null). */
export function remember(kind: Kind, roomId: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(keyOf(kind, roomId));
    else localStorage.setItem(keyOf(kind, roomId), value);
  } catch {
    // No access, or no room: it is forgotten with the page.
  }
}

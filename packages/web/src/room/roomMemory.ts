/** What this browser keeps of rooms: in localStorage, a key for each room, or user and room, and kind. */
const kinds = ['seen', 'draft', 'sameName', 'name'] as const;
type Kind = (typeof kinds)[number];

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

/** Forgets everything of all rooms. */
export function forgetRooms(): void {
  try {
    const ours = Object.keys(localStorage).filter((key) => kinds.some((kind) => key.startsWith(keyOf(kind, ''))));
    for (const key of ours) localStorage.removeItem(key);
  } catch {
    // No access: nothing is kept.
  }
}

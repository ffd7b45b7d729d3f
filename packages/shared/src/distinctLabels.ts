interface Labelled {
  id: string;
  createdAt: Date;
}

/**
 * Returns labels for the rooms of a list, no two of which read the same: of rooms with the same label, the first keeps it, and the others
 * get a number, in the order in which they were created.
 */
export function distinctLabels<T extends Labelled>(rooms: readonly T[], labelOf: (room: T) => string): string[] {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  for (const room of rooms.toSorted(byCreation)) {
    const base = labelOf(room);
    let label = base;
    for (let number = 2; taken.has(label); number += 1) label = `${base} (${number})`;
    taken.add(label);
    labels.set(room.id, label);
  }
  return rooms.map((room) => labels.get(room.id) ?? labelOf(room));
}

const byCreation = (a: Labelled, b: Labelled) =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);

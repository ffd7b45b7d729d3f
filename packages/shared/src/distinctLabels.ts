interface Labelled {
  id: string;
  createdAt: Date;
}

/**
 * Returns labels for the rooms of a list, no two of which read the same: of rooms with the same reading, the first keeps it, and the others
 * get a number, in the order in which they were created.
 */
export function distinctLabels<T extends Labelled>(rooms: readonly T[], labelOf: (room: T) => string): string[] {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  for (const room of rooms.toSorted(byCreation)) {
    const label = labelOf(room);
    const reading = readingOf(label);
    let suffix = '';
    for (let number = 2; taken.has(reading + suffix); number += 1) suffix = ` (${number})`;
    taken.add(reading + suffix);
    labels.set(room.id, label + suffix);
  }
  return rooms.map((room) => labels.get(room.id) ?? labelOf(room));
}

const byCreation = (a: Labelled, b: Labelled) =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);

/** Two labels with the same reading look alike: they differ only in case, invisible code points or variants of characters. */
const readingOf = (label: string) =>
  label
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase();

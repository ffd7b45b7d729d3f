import table from './confusables.json' with { type: 'json' };

const prototypes = new Map(
  Object.entries(table.lookalikes).flatMap(([prototype, sources]) => [...sources].map((source) => [source, prototype])),
);

/** The skeleton of a text by UTS #39: texts that look alike have the same skeleton. It is not for display. */
export function skeleton(text: string): string {
  const visible = text.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return Array.from(visible, (char) => prototypes.get(char) ?? char)
    .join('')
    .normalize('NFD');
}

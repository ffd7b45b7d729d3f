import { confusables } from './confusables.ts';

let prototypes: ReadonlyMap<string, string> | null = null;

/** The prototype of each confusable character. The map is built on the first call. */
function prototypeOf(char: string): string {
  prototypes ??= new Map(
    confusables.split('\n').flatMap((line) => {
      const tab = line.lastIndexOf('\t');
      const prototype = line.slice(0, tab);
      return Array.from(line.slice(tab + 1), (source): [string, string] => [source, prototype]);
    }),
  );
  return prototypes.get(char) ?? char;
}

const beyondAscii = /[\u0080-\u{10ffff}]/u;

/** The skeleton of a text by UTS #39: texts that look alike have the same skeleton. It is not for display. */
export function skeleton(text: string): string {
  // ASCII has no other normal form and no ignorable characters.
  if (!beyondAscii.test(text)) return prototypesIn(text);
  const visible = text.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return prototypesIn(visible);
}

function prototypesIn(text: string): string {
  let prototypes = '';
  for (const char of text) prototypes += prototypeOf(char);
  return prototypes.normalize('NFD');
}

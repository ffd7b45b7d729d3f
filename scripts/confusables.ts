import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

// `pnpm data:confusables FILE` writes the table of lookalikes from Unicode's `confusables.txt` (UTS #39). `pnpm format` formats it afterwards.

const target = path.resolve(import.meta.dirname, '../packages/shared/src/lookalikes/confusables.ts');

const lineForm = /^([0-9A-F]+)\s*;\s*([0-9A-F ]+?)\s*;\s*MA\b/;
const versionForm = /^# Version: (\S+)$/m;
const copyrightForm = /^# (© .*)$/m;

const toText = (codePoints: string) =>
  codePoints
    .split(' ')
    .map((hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .join('');

/** The characters that look like a prototype, by prototype. Characters that NFD decomposes are omitted, because names are in NFD when they are compared. */
function readTable(text: string): Map<string, string> {
  const table = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, from, to] = lineForm.exec(line) ?? [];
    if (from === undefined || to === undefined) continue;
    const source = toText(from);
    if (source.normalize('NFD') !== source) continue;
    const prototype = toText(to);
    table.set(prototype, (table.get(prototype) ?? '') + source);
  }
  return table;
}

/** A module with the table as one text, because it loads faster than an object, and is shorter. */
function toModule(table: ReadonlyMap<string, string>, version: string, copyright: string): string {
  const entries = [...table].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = entries.map(([prototype, sources]) => `${prototype}\t${sources}`).join('\n');
  return `// Written by scripts/confusables.ts from Unicode's confusables.txt, version ${version}. ${copyright}
// Unicode License v3: https://www.unicode.org/license.txt

/** For each prototype a line: the prototype, a tab, and the characters that look like it. */
export const confusables = ${JSON.stringify(text)};
`;
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: pnpm data:confusables path/to/confusables.txt');
const text = await readFile(file, 'utf8');
const version = versionForm.exec(text)?.[1];
if (version === undefined) throw new Error(`${file} is not Unicode's confusables.txt: it names no version.`);
await writeFile(target, toModule(readTable(text), version, copyrightForm.exec(text)?.[1] ?? ''));

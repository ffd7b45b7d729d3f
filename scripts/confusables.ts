import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

// `pnpm data:confusables FILE` writes the table of lookalikes from Unicode's `confusables.txt` (UTS #39).

const target = path.resolve(import.meta.dirname, '../packages/web/src/room/lookalikes/confusables.json');

const lineForm = /^([0-9A-F]+)\s*;\s*([0-9A-F ]+?)\s*;\s*MA\b/;
const versionForm = /^# Version: (\S+)$/m;

const toText = (codePoints: string) =>
  codePoints
    .split(' ')
    .map((hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .join('');

/** The characters that look like a prototype, by prototype. Characters that NFD decomposes are omitted, because names are in NFD when they are compared. */
function readTable(text: string): Record<string, string> {
  const table = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, from, to] = lineForm.exec(line) ?? [];
    if (from === undefined || to === undefined) continue;
    const source = toText(from);
    if (source.normalize('NFD') !== source) continue;
    const prototype = toText(to);
    table.set(prototype, (table.get(prototype) ?? '') + source);
  }
  return Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: pnpm data:confusables path/to/confusables.txt');
const text = await readFile(file, 'utf8');
const version = versionForm.exec(text)?.[1];
if (version === undefined) throw new Error(`${file} is not Unicode's confusables.txt: it names no version.`);
await writeFile(target, `${JSON.stringify({ version, lookalikes: readTable(text) }, null, 2)}\n`);

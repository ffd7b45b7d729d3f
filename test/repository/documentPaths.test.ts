import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const documents = globSync(['*.md', 'docs/**/*.md', 'test/golden/*.md', 'packages/*/src/**/*.md'], {
  cwd: root,
  exclude: (name) => name.endsWith('node_modules'),
}).map((file) => file.split(path.sep).join('/'));

/** Anchors that GitHub gives to the headings of a document. */
function anchorsOf(text: string): Set<string> {
  const headings = Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links to other files, or to headings, that lead nowhere. */
function brokenLinks(file: string, text: string): string[] {
  const targets = Array.from(text.matchAll(/\]\(([^()\s]+)\)/g), ([, target = '']) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [name = '', anchor] = target.split('#');
    const linked = name === '' ? file : path.posix.join(path.posix.dirname(file), name);
    if (!existsSync(path.join(root, linked))) return true;
    return anchor !== undefined && linked.endsWith('.md') && !anchorsOf(read(linked)).has(anchor);
  });
}

/** The files that git ignores: built files, and a folder for experiments. */
const unversioned = /^(packages\/\*\/dist|packages\/server\/page|test\/scratch)\b/;

/** Folders of the server, from which documents name files without the path to the server's sources. */
const serverFolders = readdirSync(path.join(root, 'packages/server/src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const shortPath = new RegExp(`\`((?:${serverFolders.join('|')})/[\\w.*{},/-]+)\``, 'g');

/**
 * Files and folders that the text names from the root, or from the server's sources, and that do not exist. Braces and `*` stand for
 * several.
 */
function missingPaths(text: string): string[] {
  const named = Array.from(text.matchAll(/`((?:packages|test|scripts|docs)\/[\w.*{},/-]+)`/g), ([, name = '']) => name);
  const inServer = Array.from(text.matchAll(shortPath), ([, name = '']) => `packages/server/src/${name}`);
  return [...named, ...inServer].filter(
    (name) => !unversioned.test(name) && globSync(name, { cwd: root }).length === 0,
  );
}

test('documents link to files and headings that exist', () => {
  expect(documents).toContain('docs/decisions/room-log.md');
  expect(documents.flatMap((file) => brokenLinks(file, read(file)).map((target) => `${file}: ${target}`))).toEqual([]);
});

test('documents name paths that exist', () => {
  expect(documents.flatMap((file) => missingPaths(read(file)).map((name) => `${file}: ${name}`))).toEqual([]);
});

test('finds links and paths that lead nowhere', () => {
  const links = '[a](none.md), [b](architecture.md#nothing), [c](architecture.md#fan-out), [d](https://example.com)';
  expect(brokenLinks('docs/a.md', links)).toEqual(['none.md', 'architecture.md#nothing']);
  const paths = '`packages/none/a.ts`, `packages/*/src`, `feed/ring.ts`, `feed/none.ts`';
  expect(missingPaths(paths)).toEqual(['packages/none/a.ts', 'packages/server/src/feed/none.ts']);
});

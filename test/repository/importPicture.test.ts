import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseSourceFile, type SourceFile } from './sourceFile.ts';

// docs/architecture.md has a picture of which folder imports which. It must have exactly the arrows that the sources have.

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const sources = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => !/\.test\.tsx?$|\/test[A-Z]\w*\.tsx?$/.test(file));

/** Targets whose arrows are not drawn, because nearly every folder imports them. */
const foundations = ['shared', 'observe', 'async'];
/** Files of the server, beside its folders, that are not in the picture: a list of exports, and two helpers. */
const undrawn = /^packages\/server\/src\/(index|nodeVersion|ipAddress)\.ts$/;

/** The part of the picture that a file or a module belongs to: a folder of the server, or another package. */
function partOf(target: string): string | null {
  const [, module] = /^@earshot\/(\w+)/.exec(target) ?? [];
  if (module !== undefined) return module;
  const [, name, inside] = /^packages\/(\w+)\/src\/(\w+)/.exec(target) ?? [];
  if (name === undefined || inside === undefined || undrawn.test(target)) return null;
  return name === 'server' ? inside : name;
}

/** The arrows between parts: solid where at least one import has an effect at run time, dotted where all are types. */
function importArrows(files: readonly SourceFile[]): string[] {
  const arrows = new Map<string, '-->' | '-.->'>();
  for (const { path: file, imports } of files) {
    const from = partOf(file);
    for (const { target, typeOnly } of imports) {
      const to = partOf(target);
      if (from === null || to === null || from === to || foundations.includes(to)) continue;
      const key = `${from} ${to}`;
      if (!typeOnly || !arrows.has(key)) arrows.set(key, typeOnly ? '-.->' : '-->');
    }
  }
  return Array.from(arrows, ([key, arrow]) => key.replace(' ', ` ${arrow} `)).sort();
}

/** The arrows of a Mermaid flowchart. `a --> b & c` has two. */
function drawnArrows(picture: string): string[] {
  const lines = Array.from(picture.matchAll(/^\s*(\w+) (-->|-\.->) (\w+(?: & \w+)*)$/gm));
  return lines
    .flatMap(([, from, arrow, targets = '']) => targets.split(' & ').map((to) => `${from} ${arrow} ${to}`))
    .sort();
}

test('the picture of imports shows the imports', () => {
  const [, picture = ''] = /```mermaid\n(flowchart .*?)```/s.exec(read('docs/architecture.md')) ?? [];
  expect(drawnArrows(picture)).toEqual(importArrows(sources.map((file) => parseSourceFile(file, read(file)))));
});

test('types alone are dotted; what runs makes an arrow solid', () => {
  const of = (text: string) => importArrows([parseSourceFile('packages/server/src/feed/a.ts', text)]);
  expect(of("import type { Store } from '../store/store.ts'; import '../async/retry.ts';")).toEqual([
    'feed -.-> store',
  ]);
  expect(of("import type { A } from '../store/a.ts'; import { b } from '../store/b.ts';")).toEqual(['feed --> store']);
  expect(drawnArrows('flowchart TD\n  feed -.-> store & broker\n')).toEqual(['feed -.-> broker', 'feed -.-> store']);
});

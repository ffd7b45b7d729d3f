import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { importCycles, importGraph } from './importCycles.ts';
import { parseSourceFile } from './sourceFile.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const find = (pattern: string) => globSync(pattern, { cwd: root }).map((file) => file.split(path.sep).join('/'));

const manifest = z.object({ name: z.string(), exports: z.record(z.string(), z.string()).default({}) });

/** The files behind the names of the packages: `@earshot/shared/plain` is `packages/shared/src/plain.ts`. */
function packageEntries(): Map<string, string> {
  const entries = find('packages/*/package.json').flatMap((file) => {
    const { name, exports } = manifest.parse(JSON.parse(read(file)));
    return Object.entries(exports).map(([subpath, target]): [string, string] => [
      path.posix.join(name, subpath),
      path.posix.join(path.posix.dirname(file), target),
    ]);
  });
  return new Map(entries);
}

test('no files of the packages and the tests import each other in a cycle, not even types', () => {
  const entries = packageEntries();
  expect(entries.get('@earshot/shared/plain')).toBe('packages/shared/src/plain.ts');
  expect(entries.get('@earshot/server')).toBe('packages/server/src/index.ts');
  const files = [...find('packages/*/src/**/*.{ts,tsx}'), ...find('test/**/*.{ts,tsx}')];
  expect(files).toContain('packages/shared/src/wire.ts');
  expect(files).toContain('test/bench/generator/link.ts');
  const cycles = importCycles(
    importGraph(
      files.map((file) => parseSourceFile(file, read(file))),
      entries,
    ),
  );
  expect(cycles.map((cycle) => `Import cycle: ${cycle.join(' -> ')}`)).toEqual([]);
});

test('finds each cycle once, whether it has one file or several', () => {
  const source = (name: string, ...imported: string[]) =>
    parseSourceFile(`src/${name}.ts`, imported.map((one) => `import type { X } from '${one}';`).join('\n'));
  const graph = importGraph(
    [
      source('a', './b.ts', './e.ts'),
      source('b', './c.ts'),
      source('c', '@a/package', './d.ts'),
      source('d'),
      source('e', './e.ts', './f.ts'),
    ],
    new Map([['@a/package', 'src/a.ts']]),
  );
  expect(importCycles(graph)).toEqual([
    ['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/a.ts'],
    ['src/e.ts', 'src/e.ts'],
  ]);
});

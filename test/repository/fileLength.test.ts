import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const linesMax = 300;

/** The files with too many lines, among those that match. */
function longFiles(patterns: string[], atLeast: number): string[] {
  const files = globSync(patterns, { cwd: root, exclude: (name) => name.endsWith('node_modules') });
  expect(files.length).toBeGreaterThan(atLeast);
  return files
    .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > linesMax)
    .map(({ file, lines }) => `${file} has ${lines} lines: split it by what its parts do`);
}

test(`no source file, script or test of the packages has more than ${linesMax} lines`, () => {
  expect(longFiles(['packages/*/src/**/*.{ts,tsx,js,css,html}', 'scripts/*.ts'], 300)).toEqual([]);
});

test(`no test of whole servers, and no helper of tests, has more than ${linesMax} lines`, () => {
  expect(longFiles(['test/**/*.{ts,tsx}'], 100)).toEqual([]);
});

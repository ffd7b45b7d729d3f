import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const linesMax = 300;
const isTest = /(^|\/)test[A-Z]\w*\.tsx?$|\.test\.tsx?$/;

test(`no source file of the packages has more than ${linesMax} lines`, () => {
  const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root }).filter((file) => !isTest.test(file));
  expect(files.length).toBeGreaterThan(30);
  const tooLong = files
    .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > linesMax);
  expect(tooLong.map(({ file, lines }) => `${file} has ${lines} lines: split it by what its parts do`)).toEqual([]);
});

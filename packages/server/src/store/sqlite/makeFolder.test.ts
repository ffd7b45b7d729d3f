import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from './makeFolder.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('all that is missing is made, for this user alone, and what is there stays', () => {
  const deep = join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(deep);
  makeFolder(deep);
  expect(statSync(join(deep, '..')).mode & 0o777).toBe(0o700);
  expect(statSync(deep).isDirectory()).toBe(true);
});

test('a file in the way is named', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(join(file, 'below'))).toThrow(`${file} is a file, not a folder`);
});

test.skipIf(process.platform !== 'linux')('where no folder can be made, that is said, and soon', () => {
  expect(() => makeFolder('/proc/nowhere/data')).toThrow('ENOENT');
});

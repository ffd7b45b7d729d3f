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

test('missing folders are created, for this user only, and existing ones stay unchanged', () => {
  const deep = join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(deep);
  makeFolder(deep);
  expect(statSync(join(deep, '..')).mode & 0o777).toBe(0o700);
  expect(statSync(deep).isDirectory()).toBe(true);
});

test('the error names a file at the folder’s path', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(join(file, 'below'))).toThrow(`${file} is a file, not a folder`);
});

test.skipIf(process.platform !== 'linux')('if no folder can be created, it fails quickly with an error', () => {
  expect(() => makeFolder('/proc/nowhere/data')).toThrow('ENOENT');
});

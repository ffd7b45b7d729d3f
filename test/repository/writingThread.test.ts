import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseSourceFile } from './sourceFile.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = 'packages/server/src/store/sqlite/writing';
const plain = 'packages/shared/src/plain.ts';

test.each([
  ['thread.ts', 'writing/commit.ts'],
  ['copyThread.ts', 'openDatabase.ts'],
])('a thread of the embedded store loads no library, not even the schema library: %s', (entry, loaded) => {
  const { files, libraries } = loadedBy(`${folder}/${entry}`);
  expect(files).toContain(`packages/server/src/store/sqlite/${loaded}`);
  expect(files).toContain('packages/shared/src/earshotError.ts');
  expect(libraries.filter((name) => !name.startsWith('node:'))).toEqual([]);
});

/** The files that a file loads, itself included, and the libraries that they import. */
function loadedBy(first: string): { files: string[]; libraries: string[] } {
  const files = new Set([first]);
  const libraries = new Set<string>();
  // Iterating over a Set includes elements added meanwhile.
  for (const file of files) {
    const { imports } = parseSourceFile(file, readFileSync(path.join(root, file), 'utf8'));
    for (const { target, typeOnly } of imports) {
      if (typeOnly) continue;
      if (target === '@earshot/shared/plain') files.add(plain);
      else if (target.startsWith('packages/')) files.add(target);
      else libraries.add(target);
    }
  }
  return { files: [...files], libraries: [...libraries] };
}

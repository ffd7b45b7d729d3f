import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { procedureKinds } from '../resources/procedures.ts';

const root = path.resolve(import.meta.dirname, '../..');

test.each([...procedureKinds.keys()])('test/integration/procedures has a file for %s', (procedure) => {
  const file = path.join(root, `test/integration/procedures/${procedure}.test.ts`);
  expect(existsSync(file)).toBe(true);
  const text = readFileSync(file, 'utf8');
  const blocks = [...text.matchAll(/^ {2}describe\('([a-z]+)'/gm)].map(([, name]) => name);
  expect(blocks).toEqual(['does', 'access', 'refuses']);
});

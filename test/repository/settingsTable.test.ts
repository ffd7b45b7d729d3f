import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { environment } from '../../packages/server/src/config/environment.ts';

/** A second name of `REDIS_URL`, the number of a worker, and a variable that other programs set. */
const undocumented = ['REDIS_URI', 'EARSHOT_WORKER', 'NODE_ENV'];

test('README.md lists every setting, and no other', () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const rows = Array.from(readme.matchAll(/^\| (`[A-Z_]+`(?:(?:,| or) `[A-Z_]+`)*) \|/gm), ([, names = '']) => names);
  const listed = rows.flatMap((names) => names.replaceAll('`', '').split(/, | or /));
  const settings = Object.keys(environment.shape).filter((name) => !undocumented.includes(name));
  expect(listed.toSorted()).toEqual(settings.toSorted());
});

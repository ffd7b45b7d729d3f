import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderRules, folderViolations } from './folderRules.ts';
import { parseSourceFile } from './sourceFile.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Tests and their helpers (`testMessages.ts`) may import anything. */
const isTest = (file: string) => /\.test\.tsx?$|\/test[A-Z]\w*\.tsx?$/.test(file);

describe.each(Object.entries(folderRules))('%s', (sources, rules) => {
  const files = globSync(`${sources}/**/*.{ts,tsx}`, { cwd: root })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !isTest(file) && !file.endsWith('.d.ts'));

  test('every file imports only the folders that its own may import', () => {
    expect(files.length).toBeGreaterThan(30);
    const found = files.flatMap((file) =>
      folderViolations(parseSourceFile(file, readFileSync(path.join(root, file), 'utf8'))),
    );
    expect(found).toEqual([]);
  });

  test('folders import only folders above them in the list, so there are no cycles', () => {
    const order = Object.keys(rules);
    for (const [part, allowed] of Object.entries(rules)) {
      for (const other of allowed) {
        expect(order.indexOf(other), `${part} imports ${other}`).toBeGreaterThanOrEqual(0);
        expect(order.indexOf(other), `${part} imports ${other}`).toBeLessThan(order.indexOf(part));
      }
    }
  });

  test('every folder of the list has files', () => {
    for (const part of Object.keys(rules)) {
      expect(
        files.some((file) => `${file}/`.startsWith(`${sources}/${part}/`)),
        part,
      ).toBe(true);
    }
  });
});

test.each([
  ['packages/web/src/room/a.ts', "import { x } from '../lib/x.ts';", null],
  ['packages/web/src/room/header/a.ts', "import { x } from '../composer/x.ts';", null],
  ['packages/web/src/room/a.ts', "import { x } from '../app/x.ts';", 'imports packages/web/src/app/x.ts'],
  ['packages/web/src/location/a.ts', "import type { X } from '../radar/x.ts';", 'imports packages/web/src/radar/x.ts'],
  [
    'packages/client/src/outbox/a.ts',
    "const x = await import('../room/x.ts');",
    'imports packages/client/src/room/x.ts',
  ],
  ['packages/client/src/room/a.ts', "import type { X } from '../index.ts';", 'imports packages/client/src/index.ts'],
  ['packages/client/src/other/a.ts', '', 'is in no folder of the rules'],
  ['packages/server/src/domain/a.ts', "import { x } from '../feed/x.ts';", null],
  [
    'packages/server/src/transport/auth/a.ts',
    "import { x } from '../http/x.ts';",
    'imports packages/server/src/transport/http/x.ts',
  ],
  ['packages/server/src/transport/auth/a.ts', "import { x } from '../../domain/x.ts';", null],
])('%s: %s', (file, text, violation) => {
  const found = folderViolations(parseSourceFile(file, text)).join('\n');
  if (violation === null) expect(found).toBe('');
  else expect(found).toContain(`${file} ${violation}`);
});

import { readFileSync } from 'node:fs';
import { errorCodes } from '@earshot/shared';
import { expect, test } from 'vitest';
import { errorsPage, errorsPageFile } from '../../scripts/errorsPage.ts';

test('docs/errors.md is up to date; if not, run `pnpm docs:errors`', () => {
  const page = readFileSync(errorsPageFile, 'utf8');
  expect(page).toBe(errorsPage());
  for (const code of Object.keys(errorCodes)) expect(page).toContain(`\n| \`${code}\` | `);
});

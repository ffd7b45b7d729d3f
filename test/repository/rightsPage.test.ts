import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { actions } from '../../packages/server/src/domain/rights/actions.ts';
import { rightsPage, rightsPageFile } from '../../scripts/rightsPage.ts';

test('docs/rights.md is up to date; if not, run `pnpm docs:rights`', () => {
  const page = readFileSync(rightsPageFile, 'utf8');
  expect(page).toBe(rightsPage());
  for (const { label } of Object.values(actions)) expect(page).toContain(`\n| ${label} | `);
});

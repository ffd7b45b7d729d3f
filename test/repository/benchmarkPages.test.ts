import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { benchmarkPages } from '../../scripts/benchmarkPages.ts';
import { fillBlocks } from '../bench/report/pages/fillBlocks.ts';

test('the figures in the documents are those of the latest complete saved run; if not, run `pnpm docs:benchmarks`', async () => {
  const pages = await benchmarkPages();
  expect(pages.size).toBe(3);
  for (const [path, text] of pages) {
    expect(readFileSync(join(import.meta.dirname, '../..', path), 'utf8'), path).toBe(text);
  }
});

test('a block replaces the table after its mark, and nothing else', () => {
  const page = '# A\n\n<!-- figures: a -->\n\n| old |\n| 1 |\n\nText.\n\n<!-- figures: b -->\n\nold\n';
  const filled = '# A\n\n<!-- figures: a -->\n\n| new |\n\nText.\n\n<!-- figures: b -->\n\nnew\n';
  expect(fillBlocks(page, { a: '| new |\n', b: 'new\n' })).toBe(filled);
  expect(fillBlocks(filled, { a: '| new |\n', b: 'new\n' })).toBe(filled);
});

test('a mark without a block, and a block without a mark, are refused', () => {
  expect(() => fillBlocks('<!-- figures: a -->\n\nold\n', {})).toThrow('figures that are not known: a.');
  expect(() => fillBlocks('', { a: '' })).toThrow('no mark for these figures: a.');
});

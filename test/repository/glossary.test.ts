import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/glossary.md'), 'utf8');
const rows = Array.from(text.matchAll(/^\| (.+?) \| (.+) \|$/gm), ([, term = '', meaning = '']) => ({ term, meaning }));
const entries = rows.filter(({ term }) => term !== 'term');

test('the glossary has at most 40 terms, each once and in order', () => {
  const terms = entries.map(({ term }) => term.replaceAll('`', '').toLowerCase());
  expect(terms).toContain('fan-out');
  expect(terms.length).toBeLessThanOrEqual(40);
  expect(terms).toEqual([...new Set(terms)].toSorted());
});

test('a definition does not begin with "what" or "who"', () => {
  expect(entries.filter(({ meaning }) => /^(what|who)\b/i.test(meaning))).toEqual([]);
});

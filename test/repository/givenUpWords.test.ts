import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';

/** Phrases that only this project used, each with what to write instead. docs/glossary.md has the terms. */
const givenUp: readonly [phrase: RegExp, instead: string][] = [
  [/\bolder clients?\b/i, 'legacy clients'],
  [/\b(is|are|was|were|be|been) told\b/i, 'gets, receives, is notified'],
  [/\bwhoever\b/i, 'a client, a user'],
  [/\bthe truth\b/i, 'the store'],
  [/\blets? go of\b/i, 'releases'],
  [/\bgo(es)? on by (itself|themselves)\b/i, 'continues'],
  [/\btak(es?|ing) (its |their )?leave\b/i, 'leaves, closes'],
  [/\bpassing events?\b/i, 'ephemeral events'],
  [/\bpassengers?\b|\bon board\b/i, 'shared watchers'],
  [/\bcarried (watch|sub)/i, 'shared watchers'],
  [/\bsign of life\b/i, 'activity, heartbeat'],
  [/\bwhat (be)?comes of\b/i, 'the result of'],
  [/\bunheard\b|\buntold\b|\bhears? of\b/i, 'not announced, receives'],
  [/\bout of reach\b/i, 'unreachable'],
  [/\bin (its|their) own time\b/i, 'later, in the background'],
  [/\bnobody foresaw\b/i, 'unhandled'],
  [/\btrying on\b/i, 'retrying'],
];

const root = path.resolve(import.meta.dirname, '../..');
const list = (patterns: string[]) =>
  globSync(patterns, { cwd: root, exclude: (name) => name.endsWith('node_modules') })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !file.includes('/scratch/'));
const sources = list(['packages/*/src/**/*.{ts,tsx}', 'scripts/*.ts', 'test/**/*.{ts,tsx}']);
const documents = list(['*.md', 'docs/**/*.md', 'test/golden/*.md']);

function commentsOf(file: string): { text: string; line: number }[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return parseSync(file, text).comments.map(({ value, start }) => ({
    text: value,
    line: text.slice(0, start).split('\n').length,
  }));
}

function found(text: string, firstLine: number, file: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      givenUp
        .filter(([phrase]) => phrase.test(line))
        .map(([phrase, instead]) => `${file}:${firstLine + index} has ${phrase.source}: write ${instead}`),
    );
}

test('comments use the terms of the field', () => {
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.flatMap((file) => commentsOf(file).flatMap(({ text, line }) => found(text, line, file)))).toEqual([]);
});

test('so do documents', () => {
  expect(documents).toContain('docs/architecture.md');
  expect(documents.flatMap((file) => found(readFileSync(path.join(root, file), 'utf8'), 1, file))).toEqual([]);
});

test.each(['whoever sends', 'It is told so.', 'the truth lies in the store'])('finds: %s', (text) => {
  expect(found(text, 3, 'a.ts')).toHaveLength(1);
});

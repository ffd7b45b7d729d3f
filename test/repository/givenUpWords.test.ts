import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import {
  givenUpIdentifiers,
  givenUpInGerman,
  givenUpInTexts,
  givenUpInTitles,
  givenUpNames,
  givenUpPhrases,
} from './givenUpWords.ts';

interface Text {
  text: string;
  line: number;
}

interface Texts {
  comments: Text[];
  titles: Text[];
  names: Text[];
  /** Strings that people read: error and log messages, descriptions and help. All strings of a file of texts. */
  strings: Text[];
}

const root = path.resolve(import.meta.dirname, '../..');
const list = (patterns: string[]) =>
  globSync(patterns, { cwd: root, exclude: (name) => name.endsWith('node_modules') })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !file.includes('/scratch/') && !file.startsWith('test/repository/givenUpWords'));
const sources = list(['packages/*/src/**/*.{ts,tsx}', 'scripts/*.ts', 'test/**/*.{ts,tsx}']);
const documents = list([
  '*.md',
  'docs/**/*.md',
  'packages/**/README.md',
  'test/golden/*.md',
  'deploy/*',
  'compose.yaml',
  'Dockerfile',
]);
const titled = new Set(['test', 'it', 'describe']);
const logLevels = new Set(['debug', 'info', 'warn', 'error', 'fatal']);
/** Functions of commander that take descriptions. */
const describers = new Set(['description', 'argument', 'option', 'addHelpText', 'showHelpAfterError']);
const textKeys = new Set(['help', 'message', 'about', 'shows']);
const isFileOfTexts = (file: string) =>
  /^packages\/(cli\/src\/(.+\/)?(text|command|banner|notices)\.ts|web\/src\/text\/.+\.ts|shared\/src\/error(Codes|When)\.ts)$/.test(
    file,
  );
const isGerman = (file: string) => file.startsWith('packages/web/src/text/de/');

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The name at the root of a callee, such as `test` of `test.each(cases)`. */
function rootName(callee: unknown): unknown {
  if (!isNode(callee)) return undefined;
  return callee.type === 'Identifier' ? callee.name : rootName(callee.object ?? callee.callee ?? callee.tag);
}

/** The text of a string or template. */
function textOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (typeof node.value === 'string') return node.value;
  return Array.isArray(node.quasis) ? node.quasis.map((part) => part.value.cooked).join(' ') : '';
}

/** The name of a property key, or of the last part of a callee, such as `warn` of `this.#log.warn`. */
function lastName(node: unknown): unknown {
  if (!isNode(node)) return undefined;
  return node.type === 'MemberExpression' ? lastName(node.property) : node.name;
}

/** The strings with which the rows begin in `test.each([...])`: they are parts of the titles. */
function rowTitles(callee: unknown): unknown[] {
  if (!isNode(callee) || callee.type !== 'CallExpression' || !Array.isArray(callee.arguments)) return [];
  const [table] = callee.arguments;
  if (!isNode(table) || !Array.isArray(table.elements)) return [];
  return table.elements.map((row) => (isNode(row) && Array.isArray(row.elements) ? row.elements[0] : undefined));
}

/** The parts of a node that people read as text. */
function textsForPeople({ type, callee, key, value, arguments: given }: Record<string, unknown>): unknown[] {
  if (type === 'Property') return textKeys.has(String(lastName(key))) ? [value] : [];
  if (!Array.isArray(given) || !isNode(callee)) return [];
  if (type === 'NewExpression') return /Error$/.test(String(lastName(callee))) ? given : [];
  if (type !== 'CallExpression') return [];
  if (lastName(callee) === 'gauge' || describers.has(String(lastName(callee)))) return given;
  const isLog = logLevels.has(String(lastName(callee))) && /log(ger)?$/i.test(String(lastName(callee.object)));
  return isLog || /log$/.test(String(lastName(callee))) ? given : [];
}

/** The number of the line with that offset, found by halving: files have thousands of names. */
function lineAt(lineEnds: readonly number[], offset: number): number {
  let [low, high] = [0, lineEnds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineEnds[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function textsOf(file: string, source: string): Texts {
  const { comments, program } = parseSync(file, source);
  const lineEnds = Array.from(source.matchAll(/\n/g), ({ index }) => index);
  const at = (start: unknown) => lineAt(lineEnds, Number(start));
  const texts: Texts = {
    comments: comments.map(({ value, start }) => ({ text: value, line: at(start) })),
    titles: [],
    names: [],
    strings: [],
  };
  const ofTexts = isFileOfTexts(file);
  const visit = (node: unknown): void => {
    if (!isNode(node)) return;
    const { type, name, start, callee } = node;
    if (typeof name === 'string' && String(type).endsWith('Identifier'))
      texts.names.push({ text: name, line: at(start) });
    if (type === 'CallExpression' && Array.isArray(node.arguments) && titled.has(String(rootName(callee)))) {
      texts.titles.push({ text: textOf(node.arguments[0]), line: at(start) });
      texts.titles.push(...rowTitles(callee).map((row) => ({ text: textOf(row), line: at(start) })));
    }
    const shown = (ofTexts && /Literal$/.test(String(type))) || type === 'JSXText' ? [node] : textsForPeople(node);
    texts.strings.push(...shown.map((one) => ({ text: textOf(one), line: at(start) })));
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  return texts;
}

const wordsOf = (name: string) => name.split(/(?<=[a-z0-9])(?=[A-Z])|_/).map((word) => word.toLowerCase());

const report = (file: string, line: number, found: string, instead: string) =>
  `${file}:${line} has ${found}: write ${instead}`;

function findPhrases(file: string, texts: readonly Text[], phrases: typeof givenUpPhrases): string[] {
  const lines = texts.flatMap(({ text, line }) =>
    text.split('\n').map((part, index) => ({ part, line: line + index })),
  );
  return lines.flatMap(({ part, line }) =>
    phrases
      .filter(([phrase]) => phrase.test(part))
      .map(([phrase, instead]) => report(file, line, phrase.source, instead)),
  );
}

function findNames(file: string, names: readonly Text[]): string[] {
  return names.flatMap(({ text, line }) => {
    const instead = [givenUpIdentifiers[text.toLowerCase()], ...wordsOf(text).map((word) => givenUpNames[word])];
    return instead.filter((one) => typeof one === 'string').map((one) => report(file, line, text, one));
  });
}

const anyPhrase = new RegExp(
  [...givenUpPhrases, ...givenUpInTitles].map(([phrase]) => phrase.source.replace('^', '[\'"`]')).join('|'),
  'i',
);
/** `told` matches in `toldAt`, `isTold` and `TOLD`. */
const anyName = new RegExp(
  Object.keys(givenUpNames)
    .map(
      (word) => `(?<![a-z])${word}(?![a-z])|${word[0]?.toUpperCase()}${word.slice(1)}(?![a-z])|${word.toUpperCase()}`,
    )
    .join('|'),
);
const anyIdentifier = new RegExp(`\\b(${Object.keys(givenUpIdentifiers).join('|')})\\b`, 'i');

/** Whether a source may have something to report. Few have, and only those are parsed: parsing all takes many seconds. */
function isSuspect(file: string, source: string): boolean {
  return (
    isFileOfTexts(file) ||
    anyName.test(source) ||
    anyIdentifier.test(source) ||
    anyPhrase.test(source.replaceAll(/\\[a-z]/g, ' '))
  );
}

function findAll(file: string, source: string): string[] {
  if (!isSuspect(file, source)) return [];
  const { comments, titles, names, strings } = textsOf(file, source);
  return [
    ...findPhrases(file, [...comments, ...titles, ...strings], givenUpPhrases),
    ...findPhrases(file, titles, givenUpInTitles),
    ...(isFileOfTexts(file) ? findPhrases(file, strings, isGerman(file) ? givenUpInGerman : givenUpInTexts) : []),
    ...findNames(file, names),
  ];
}

/** The text of a document without its examples, which may quote the output of programs. */
const prose = (text: string) => text.replace(/^```.*?^```/gms, (example) => example.replace(/[^\n]/g, ''));

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

test('comments, titles, names, and the texts that people read use the terms of the field', () => {
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.flatMap((file) => findAll(file, read(file)))).toEqual([]);
});

test('documents use the terms of the field', () => {
  expect(documents).toContain('docs/architecture.md');
  const found = documents.flatMap((file) => findPhrases(file, [{ text: prose(read(file)), line: 1 }], givenUpPhrases));
  expect(found).toEqual([]);
});

/** Words that each name one layer of the server, with the files whose names may have them. docs/glossary.md defines them. */
const layerWords = [
  { words: ['subscriber', 'subscribers'], files: /\/broker\/redis\// },
  {
    words: ['subscription', 'subscriptions'],
    files: /\/broker\/|\/transport\/trpc\/|\/feed\/(brokerConsumer|controlTopic|test\w+)|src\/index/,
  },
];

test('in the server, only tRPC and the broker have subscriptions, and only Redis has subscribers', () => {
  const files = sources.filter((file) => /^packages\/server\/src\/.*(?<!\.test)\.ts$/.test(file));
  const suspects = files.filter((file) => /subscri/i.test(read(file)));
  const found = suspects.flatMap((file) =>
    textsOf(file, read(file))
      .names.filter(({ text }) =>
        layerWords.some(({ words, files }) => !files.test(file) && wordsOf(text).some((word) => words.includes(word))),
      )
      .map(({ text, line }) => report(file, line, text, 'watch or watcher')),
  );
  expect(found).toEqual([]);
});

describe('finds', () => {
  test.each([
    ['a phrase in a comment', '\n/** The client\n * is told so. */', 'a.ts:3 has'],
    ['a phrase in a title', "test('works as ever', () => {});", 'as before'],
    ['the start of a title', "describe.each([1])('who sends', () => {});", 'the subject'],
    ['the start of a row', "test.each([['what is lost', 1]])('%s', () => {});", 'the subject'],
    ['a former name', 'const LookAround = 1;', 'LookAround: write readSnapshot'],
    ['a word in a name', 'const nextPassenger = 1;', 'nextPassenger: write fanOutWatcher'],
    ['a phrase in a log', 'this.#log.warn({ id }, `the store is out of reach`);', 'unreachable'],
    ['a phrase in the help of a metric', "new Counter({ name, help: 'Errors told to clients' });", 'sent to'],
    ['a private name', 'class Room { #toldAt = 0; }', 'toldAt'],
  ])('%s', (_where, source, expected) => {
    expect(findAll('a.ts', source)).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    ['a text of the page', 'en/room.ts', "export const room = { sent: 'Your friends hear it.' };", 'receives'],
    ['a metaphor in it', 'en/room.ts', "export const room = { sent: 'Nobody is here.' };", 'no one'],
    ['a German text', 'de/room.ts', "export const room = { sent: 'Das war viel auf einmal.' };", 'zu schnell'],
  ])('%s', (_where, file, source, expected) => {
    expect(findAll(`packages/web/src/text/${file}`, source)).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    ['an error message', "throw new StartError('The port is out of reach.');"],
    ['an error message in a table', "const errors = { A: { message: 'out of reach' } };"],
    ['the help of a command', "new Command('a').option('--url <url>', 'out of reach');"],
    ['a text between tags', 'export const A = () => <p>out of reach</p>;'],
  ])('%s', (_where, source) => {
    expect(findAll('a.tsx', source)).toEqual([expect.stringContaining('unreachable')]);
  });
});

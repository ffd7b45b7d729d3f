import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandTypes } from '../../packages/server/src/transport/legacy/command.ts';
import { procedureKinds } from '../resources/procedures.ts';

const root = path.resolve(import.meta.dirname, '../..');

const files = [
  ...Array.from(procedureKinds.keys(), (procedure) => `test/integration/procedures/${procedure}.test.ts`),
  ...commandTypes.map((type) => `test/integration/legacy/frames/${type}.test.ts`),
];

/** The types of the frames that the codec writes. */
function serverFrameTypes(): string[] {
  const source = readFileSync(path.join(root, 'packages/server/src/transport/legacy/frameCodec.ts'), 'utf8');
  return [...new Set(Array.from(source.matchAll(/\bframe\('(\w+)'/g), ([, type = '']) => type))];
}

/** Which of the parts the file describes. */
function partsIn(name: string, parts: readonly string[]): string[] {
  const source = readFileSync(path.join(root, name), 'utf8');
  return parts.filter((part) => new RegExp(`^(?: {2})?describe\\('(?:[\\w.]+ )?${part}\\b`, 'm').test(source));
}

const callParts = ['does', 'access', 'refuses'];

test.each(files)('%s says what the call does, who may, and what it refuses', (name) => {
  expect(files.length).toBeGreaterThan(20);
  expect(existsSync(path.join(root, name))).toBe(true);
  expect(partsIn(name, callParts)).toEqual(callParts);
  // Every block names the call, so that the report says what a part belongs to.
  const blocks = readFileSync(path.join(root, name), 'utf8').matchAll(/^describe(?:\.\w+\(\w+\))?\('([^']*)'/gm);
  const call = path.basename(name, '.test.ts');
  expect(
    Array.from(blocks, ([, title = '']) => title).filter((title) => !new RegExp(`^${call}(,| |$)`).test(title)),
  ).toEqual([]);
});

const frameParts = ['sent', 'recipients', 'shape'];

test.each(serverFrameTypes())('a file says when the server sends %s, to whom, and its shape', (type) => {
  expect(serverFrameTypes().length).toBeGreaterThan(5);
  const name = `test/integration/legacy/serverFrames/${type}.test.ts`;
  expect(existsSync(path.join(root, name))).toBe(true);
  expect(partsIn(name, frameParts)).toEqual(frameParts);
});

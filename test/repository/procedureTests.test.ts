import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ZodError } from 'zod';
import { readCommand } from '../../packages/server/src/transport/legacy/command.ts';
import { procedureKinds } from '../resources/procedures.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The types of the commands, from the error for a frame without a type. */
function commandTypes(): string[] {
  try {
    readCommand('{}');
  } catch (error) {
    if (error instanceof ZodError) {
      const [, types = ''] = /^must be one of (.+)$/.exec(error.issues[0]?.message ?? '') ?? [];
      return types.split(', ');
    }
  }
  throw new Error('a frame without a type must be rejected');
}

const files = [
  ...Array.from(procedureKinds.keys(), (procedure) => `test/integration/procedures/${procedure}.test.ts`),
  ...commandTypes().map((type) => `test/integration/legacy/frames/${type}.test.ts`),
];

test.each(files)('%s says what the call does, who may, and what it refuses', (name) => {
  expect(files.length).toBeGreaterThan(20);
  const file = path.join(root, name);
  expect(existsSync(file)).toBe(true);
  const titles = readFileSync(file, 'utf8').matchAll(/\bdescribe\('(?:[\w.]+ )?(does|access|refuses)\b/g);
  expect(new Set(Array.from(titles, ([, block]) => block))).toEqual(new Set(['does', 'access', 'refuses']));
});

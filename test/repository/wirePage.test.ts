import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

test('the examples in docs/wire.md are lines of the transcripts in test/golden', () => {
  const transcriptLines = new Set(
    globSync('test/golden/*.txt', { cwd: root }).flatMap((file) => read(file).split('\n')),
  );
  const fences = [...read('docs/wire.md').matchAll(/^```text\n(.*?)^```$/gms)];
  const examples = fences.flatMap(([, text = '']) => text.trimEnd().split('\n'));
  expect(examples.length).toBeGreaterThan(10);
  expect(examples.filter((line) => !transcriptLines.has(line))).toEqual([]);
});

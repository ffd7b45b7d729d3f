import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { startEmbedded } from '../resources/server.ts';

const testFolder = join(import.meta.dirname, '..');
const readme = await readFile(join(testFolder, '../README.md'), 'utf8');

function example(): string {
  const [, code] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  if (code === undefined) throw new Error('README.md has no TypeScript example');
  return code;
}

test('the README’s example runs, and is about ten lines long', async () => {
  await using earshot = await startEmbedded();
  const code = example();
  expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(10);
  expect(code).toContain('http://127.0.0.1:3001');

  const program = code.replace('http://127.0.0.1:3001', earshot.a.url);
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: testFolder, // from where `@earshot/client` is found
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const printed = collect<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      for (const line of String(chunk).split('\n')) printed.push(line);
    });
  }
  try {
    await printed.until((line) => line === '1 here; Is anybody in earshot?');
    await printed.until((line) => line === '1 Local chat near 52.52, 13.40');
  } finally {
    child.kill();
    await exited;
  }
});

test.each(['npx -y pnpm@12 start', 'npx -y pnpm@12 test'])('the README tells of `%s`', (command) => {
  expect(readme).toContain(command);
});

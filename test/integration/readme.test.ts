import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { startEmbedded } from '../resources/server.ts';

const testFolder = join(import.meta.dirname, '..');
const root = join(testFolder, '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');

/** The first example in TypeScript of a text. */
function example(text = readme): string {
  const [, code] = /```ts\n(.*?)```/s.exec(text) ?? [];
  if (code === undefined) throw new Error('there is no TypeScript example');
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
    await printed.until((line) => line === '1 Mitte, Berlin');
  } finally {
    child.kill();
    await exited;
  }
});

test('the example of a program with a server runs, and ends after SIGTERM', async () => {
  const [, section = ''] = (await readFile(join(root, 'docs/operations.md'), 'utf8')).split(
    '## In a program of your own',
  );
  await using folder = await dataFolder();
  const program = example(section).replace('./chat', folder.path);
  expect(program).toContain(folder.path);
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: testFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
  });
  const exited = once(child, 'exit');
  const printed = collect<string>();
  child.stdout.on('data', (chunk) => {
    for (const line of String(chunk).split('\n')) printed.push(line);
  });
  try {
    const line = await printed.until((one) => one.startsWith('Earshot listens on '));
    const response = await fetch(`${line.replace('Earshot listens on ', '')}/health`);
    expect(await response.text()).toBe('OK');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
});

test('no check reads the path at which the README suggests saving the example', async () => {
  const [, file = ''] = /save it as `(.*?)`/.exec(readme) ?? [];
  expect(readme).toContain(`exec node ${file}`);
  expect((await stat(join(root, dirname(file)))).isDirectory()).toBe(true);
  // Biome and Knip skip files that git ignores.
  await promisify(execFile)('git', ['check-ignore', '--quiet', file], { cwd: root });
  const { exclude } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8'));
  expect(exclude).toContain(dirname(file));
});

test('every instruction to install a package explains how, as long as no registry has it', async () => {
  const docs = (await readdir(join(root, 'docs')))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const filesWithInstructions = [];
  for (const file of ['README.md', ...docs]) {
    const text = await readFile(join(root, file), 'utf8');
    if (!/npm install .*@earshot|`npm install` line/.test(text)) continue;
    filesWithInstructions.push(file);
    expect([file, text]).toEqual([file, expect.stringContaining('npx -y pnpm@12 packages')]);
  }
  expect(filesWithInstructions).toEqual(['README.md', 'docs/react.md']);
});

test.each(['npx -y pnpm@12 start', 'npx -y pnpm@12 test'])('the README mentions `%s`', (command) => {
  expect(readme).toContain(command);
});

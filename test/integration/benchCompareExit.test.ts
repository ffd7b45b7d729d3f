import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'earshot-compare-test-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A repository with one commit, whose server has no dependencies. */
beforeAll(() => {
  mkdirSync(join(root, 'packages/cli'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  write('package.json', '{ "name": "root", "private": true }');
  write('packages/cli/package.json', '{ "name": "cli", "private": true }');
  write('pnpm-workspace.yaml', "packages: ['packages/*']\n");
  write('pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/cli: {}\n");
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'x');
});

/** Compares the checkout with its commit. Its calls take `ratio` times the CPU time. */
async function compare(ratio: number, ...args: string[]) {
  const moduleAt = (name: string) => JSON.stringify(import.meta.resolve(`../bench/${name}`));
  const script = `
    import { readOptions } from ${moduleAt('options.ts')};
    import { runComparison } from ${moduleAt('compare/run.ts')};
    const root = ${JSON.stringify(root)};
    const run = async ({ checkout }) => ({ cpuPerCall: 100 * (checkout === root ? ${ratio} : 1) });
    const cases = () => [{ load: 'a load', system: 'Earshot', connections: 1, run }];
    const options = readOptions(${JSON.stringify(['--compare', 'HEAD', ...args])});
    await runComparison(root, options.compare, { ...options, scenarios: [{ name: 'calls', cases }] });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

test.each([
  { ratio: 2, args: ['--fail'], verdict: 'worse', code: 1 },
  { ratio: 2, args: [], verdict: 'worse', code: 0 },
  { ratio: 1, args: ['--fail'], verdict: 'same', code: 0 },
])(
  'the exit code of a comparison with $args in which a figure is $verdict is $code',
  async ({ ratio, args, verdict, code }) => {
    const ended = await compare(ratio, ...args);
    expect(ended.output).toMatch(
      new RegExp(`calls +a load +Earshot +CPU µs/call +100 +${100 * ratio} .* ${verdict}\\n`),
    );
    expect(ended.code).toBe(code);
  },
);

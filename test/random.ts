import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

// Run by `pnpm test:random`: the property tests with new seeds. `pnpm test` runs them with one fixed seed.

const help = `Usage: pnpm test:random [--rounds N] [--seed N] [filter ...]

Runs the property tests with a new random seed in each round, and stops at the first round that fails.

  pnpm test:random                             5 rounds of all property tests that need no service
  pnpm test:random --rounds 100 hub.property   100 rounds of the files whose path contains the filter
  pnpm test:random --seed 12345                one round with that seed: repeats a failure
`;

const root = path.resolve(import.meta.dirname, '..');

/** Reads the command line. Throws a TypeError, or a RangeError for an invalid number. */
function readArguments(args: string[]) {
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: { rounds: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const number = (name: string, text: string | undefined, min: number) => {
    if (text === undefined || (/^-?\d+$/.test(text) && Number(text) >= min && Number(text) <= 0x7fffffff)) {
      return text === undefined ? undefined : Number(text);
    }
    throw new RangeError(`--${name} must be a whole number from ${min} to ${0x7fffffff}.`);
  };
  const seed = number('seed', values.seed, -0x80000000);
  const rounds = number('rounds', values.rounds, 1) ?? (seed === undefined ? 5 : 1);
  return { seed, rounds, filters: positionals, help: values.help === true };
}

function propertyTests(filters: readonly string[]): string[] {
  return globSync('packages/*/src/**/*.test.ts', { cwd: root }).filter(
    (file) =>
      readFileSync(path.join(root, file), 'utf8').includes("from 'fast-check'") &&
      (filters.length === 0 || filters.some((filter) => file.includes(filter))),
  );
}

async function runRound(seed: number, files: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [path.join(root, 'test/run.ts'), '--project', 'unit', ...files], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PROPERTY_SEED: String(seed) },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return code === 0;
}

async function main(): Promise<number> {
  const { seed: fixedSeed, rounds, filters, help: wantsHelp } = readArguments(process.argv.slice(2));
  if (wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  const files = propertyTests(filters);
  if (files.length === 0) throw new RangeError(`No property test has a path that contains ${filters.join(' or ')}.`);
  for (let round = 1; round <= rounds; round += 1) {
    const seed = fixedSeed ?? randomInt(0x7fffffff);
    process.stdout.write(`\nRound ${round} of ${rounds}: seed ${seed}\n`);
    if (!(await runRound(seed, files))) {
      process.stdout.write(`\nRepeat it with: npx -y pnpm@12 test:random --seed ${seed}\n`);
      return 1;
    }
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\nTry \`pnpm test:random --help\`.\n`);
  process.exitCode = 2;
}

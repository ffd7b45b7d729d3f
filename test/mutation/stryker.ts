import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Batch } from './subjects.ts';

const root = path.resolve(import.meta.dirname, '../..');
const tool = path.join(import.meta.dirname, 'tool');

/** The number of mutants, and of those that the tests noticed. */
export interface Score {
  readonly noticed: number;
  readonly total: number;
}

/** Installs Stryker in its own folder, unless it is there. */
export async function installStryker(): Promise<void> {
  const code = await run('npx', ['-y', 'pnpm@12', 'install', '--frozen-lockfile', '--silent'], tool);
  if (code !== 0) throw new Error('Stryker could not be installed (see above).');
}

/**
 * Mutates the sources and runs the tests for each mutant. Prints mutants that survive. Returns the score of each source; null if it could
 * not be done.
 */
export async function mutate({ sources, tests }: Batch, concurrency: number): Promise<Map<string, Score> | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-mutation-'));
  try {
    const file = (name: string) => path.join(folder, name);
    await writeFile(file('vitest.config.mjs'), vitestConfig(tests));
    await writeFile(file('stryker.json'), JSON.stringify(options(sources, folder, concurrency)));
    const stryker = path.join(tool, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const code = await run(process.execPath, [stryker, 'run', file('stryker.json')], root);
    return code === 0 ? readScores(await readFile(file('report.json'), 'utf8')) : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The configuration of vitest, as a module. There is no MongoDB. The writer of the SQLite store runs on the thread of the tests, because no
 * mutant is active on another. Test files share modules: loading the feed for each would take longer than its tests.
 */
function vitestConfig(tests: readonly string[]): string {
  const setupFiles = ['./test/resources/propertySeed.ts'];
  const test = { include: tests, setupFiles, testTimeout: 10_000, isolate: false, provide: { mongodbUri: '' } };
  const alias = `[{ find: /^.*\\/writerThread\\.ts$/, replacement: process.cwd() + '/test/resources/inlineWriterThread.ts' }]`;
  return `export default { test: ${JSON.stringify(test)}, resolve: { alias: ${alias} } };\n`;
}

const options = (sources: readonly string[], folder: string, concurrency: number) => ({
  mutate: sources,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: path.join(folder, 'vitest.config.mjs'), related: false },
  concurrency,
  // Stryker works on a copy of the sources, without what the tests do not read.
  tempDirName: path.join(folder, 'copy'),
  ignorePatterns: [
    '/*',
    '!/packages',
    '/packages/server/page*',
    '!/test',
    '/test/*',
    '!/test/resources',
    '!/test/contract',
    '!/*.json',
  ],
  disableTypeChecks: false,
  tsconfigFile: 'none', // it would be rewritten by an API that the installed TypeScript does not have
  reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, reportScoreTable: false, allowEmojis: false },
  jsonReporter: { fileName: path.join(folder, 'report.json') },
  warnings: { slow: false },
  logLevel: 'warn',
});

interface Report {
  files: Record<string, { mutants: { status: string }[] }>;
}

function readScores(text: string): Map<string, Score> {
  const report: Report = JSON.parse(text);
  const files = Object.entries(report.files);
  return new Map(files.map(([source, { mutants }]) => [source, scoreOf(mutants.map(({ status }) => status))]));
}

/** A mutant counts as noticed if a test fails or does not end, and not at all if it does not compile. */
function scoreOf(statuses: readonly string[]): Score {
  const count = (...counted: string[]) => statuses.filter((status) => counted.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  return { noticed, total: noticed + count('Survived', 'NoCoverage') };
}

/** Resolves to the exit code. Stopping this process stops the command. */
async function run(command: string, args: readonly string[], cwd: string): Promise<number> {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PROPERTY_SHRINK: 'off', PROPERTY_RUNS: '20' },
  });
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  const [code] = await once(child, 'exit');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  return code ?? 1;
}

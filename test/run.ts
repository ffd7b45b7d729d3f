import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { scriptArguments } from './resources/commandLine.ts';
import { prefetch } from './services/prefetch.ts';

// Run by `pnpm test`: runs vitest over all projects in a child process, so that the closing line is printed even if vitest
// crashes. The exit code is 0 only if tests ran and none failed.

const help = `Usage: pnpm test [filter ...] [vitest option ...]

Runs the tests. The last line is "N passed, N failed". Projects: unit, contract, integration, memory, packages, image, react18,
e2e, proxies, faults, and alone: the tests of e2e and faults that measure short times, and so run one at a time.

  pnpm test                                  everything
  pnpm test --project unit                   tests that need no service, in less than a minute
  pnpm test packages/server/src/feed         files whose path contains the filter
  pnpm test --project contract -t append     tests whose name matches

Tests that cross a wire use a real MongoDB and a real Redis or Valkey: MONGODB_URI and REDIS_URL if set, else binaries
found on PATH, else downloaded ones. Pages run in a real Chromium: CHROMIUM_PATH if set, else one on PATH, else a
downloaded one. Proxies are nginx (PATH, else Debian's package) and Caddy (PATH, else downloaded). Other options are
passed to vitest: \`pnpm exec vitest --help\` lists them.
`;

interface Totals {
  passed: number;
  failed: number;
}

const root = path.resolve(import.meta.dirname, '..');
const args = scriptArguments();

if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(help);
} else {
  process.exitCode = await run();
}

async function run(): Promise<number> {
  const folder = await mkdtemp(path.join(await folderForData(), 'earshot-test-'));
  try {
    await chmod(folder, 0o711); // some processes run as other users, in their own folders below
    if (args.length === 0) await prefetch();
    const report = path.join(folder, 'report.json');
    const ended = await runVitest(folder, report);
    const { passed, failed } = await total(report, ended);
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
    return failed === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * The folder for the run's databases, browsers and packages. TMPDIR, if it is set. Otherwise in memory if there is enough, because
 * the tests create hundreds of databases, each of which waits for the disk many times.
 */
async function folderForData(): Promise<string> {
  const inMemory = '/dev/shm';
  const needed = 4 * 1024 ** 3; // bytes
  if (process.env.TMPDIR || process.availableMemory() < 2 * needed) return tmpdir();
  const { bavail, bsize } = await statfs(inMemory).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= needed ? inMemory : tmpdir();
}

/** Runs vitest to its end. Resolves to null, or to a description of the problem. */
function runVitest(folder: string, report: string): Promise<string | null> {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Hundreds of processes and threads load the same modules. With the cache, only the first one compiles them.
    env: { ...process.env, TMPDIR: folder, NODE_COMPILE_CACHE: path.join(folder, 'compiled') },
  });
  passSignals(child);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`vitest could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(null);
      else resolve(signal === null ? `vitest ended with code ${code}` : `vitest was ended by ${signal}`);
    });
  });
}

/** Stopping this process stops vitest, which then stops the services it started. */
function passSignals(child: ChildProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
}

/**
 * Adds up the report. A problem outside of tests counts as one failure: a file that can't be loaded, an uncaught error, a run that
 * was interrupted or found no test.
 */
async function total(report: string, ended: string | null): Promise<Totals> {
  const { passed, failed } = await readReport(report);
  const problem = ended ?? (passed === 0 && failed === 0 ? 'no test ran' : null);
  if (problem === null || failed > 0) return { passed, failed };
  process.stdout.write(`\nNo test failed, but ${problem}.\n`);
  return { passed, failed: 1 };
}

interface Report {
  testResults: { name: string; status: string; message: string; assertionResults: { status: string }[] }[];
}

async function readReport(file: string): Promise<Totals> {
  let report: Report;
  try {
    report = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0 }; // vitest was interrupted before it could write it
  }
  const totals = { passed: 0, failed: 0 };
  for (const { status, assertionResults } of report.testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    totals.passed += assertionResults.filter((test) => test.status === 'passed').length;
    totals.failed += status === 'failed' ? Math.max(1, failed) : failed;
  }
  return totals;
}

import path from 'node:path';
import { parseArgs } from 'node:util';
import { installStryker, mutate, type Score } from './stryker.ts';
import { findSubjects, toBatches } from './subjects.ts';

// `pnpm test:mutation`: runs Stryker, once for all files that have the same tests. It changes the sources in many small ways,
// one at a time, and runs the tests that reach the change. A mutant that no test notices shows what the tests do not check.

const help = `Usage: pnpm test:mutation [--minutes N] [--concurrency N] [filter ...]

Measures how much the unit tests notice: mutates the code of the feed, the store, packages/shared and the client's reducers.
Prints each mutant that survives, and a score: noticed mutants of all. Stryker is installed on first use, in test/mutation/tool.

  pnpm test:mutation                             all files: an estimated one to two hours with --concurrency 2
  pnpm test:mutation feed/ring shared/src        files whose path contains a filter: a minute or less for most
  pnpm test:mutation --minutes 10                starts no run of Stryker after 10 minutes
  pnpm test:mutation --concurrency 4             runs tests in 4 processes (default: 1)
`;

/** Reads the command line. Throws a TypeError, or a RangeError for a number that makes no sense. */
function readArguments(args: string[]) {
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      minutes: { type: 'string' },
      concurrency: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  const number = (name: string, text: string) => {
    if (!/^[1-9]\d{0,3}$/.test(text)) throw new RangeError(`--${name} must be a whole number from 1 to 9999.`);
    return Number(text);
  };
  return {
    minutes: values.minutes === undefined ? Number.POSITIVE_INFINITY : number('minutes', values.minutes),
    concurrency: number('concurrency', values.concurrency ?? '1'),
    filters: positionals,
    help: values.help === true,
  };
}

const describeScore = ({ noticed, total }: Score) =>
  `${total === 0 ? 100 : ((100 * noticed) / total).toFixed(1)} % (${noticed} of ${total} mutants noticed)`;

async function main(): Promise<number> {
  const { minutes, concurrency, filters, help: wantsHelp } = readArguments(process.argv.slice(2));
  if (wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  const subjects = findSubjects(path.resolve(import.meta.dirname, '../..'), filters);
  if (subjects.length === 0) throw new RangeError(`No mutated file has a path that contains ${filters.join(' or ')}.`);
  await installStryker();

  const lines: string[] = [];
  const scores: Score[] = [];
  let failed = 0;
  const start = performance.now();
  let done = 0;
  let isInterrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isInterrupted = true));
  for (const batch of toBatches(subjects)) {
    if (performance.now() - start > minutes * 60_000) {
      lines.push(`${subjects.length - done} files were left out after ${minutes} minutes`);
      break;
    }
    done += batch.sources.length;
    process.stdout.write(`\n${done} of ${subjects.length}: ${batch.sources.join(', ')}\n`);
    const measured = await mutate(batch, concurrency);
    if (isInterrupted) return 1;
    if (measured === null) failed += 1;
    for (const source of batch.sources) {
      const score = measured?.get(source) ?? (measured ? { noticed: 0, total: 0 } : null);
      if (score) scores.push(score);
      const line = `${source}: ${score ? describeScore(score) : 'failed (see above)'}`;
      process.stdout.write(`${line}\n`);
      lines.push(line);
    }
  }
  const sum = (key: keyof Score) => scores.reduce((all, score) => all + score[key], 0);
  process.stdout.write(
    `\n${lines.join('\n')}\n\nScore: ${describeScore({ noticed: sum('noticed'), total: sum('total') })}\n`,
  );
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\nTry \`pnpm test:mutation --help\`.\n`);
  process.exitCode = 2;
}

import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { benchCity } from './city/run.ts';
import { describeMachine, machineLine } from './machine.ts';
import { help, type Options, readOptions } from './options.ts';
import { drawChart } from './report/chart.ts';
import { checkClaims } from './report/claims.ts';
import { asMarkdown, asText, claimCells, problems, resultCells } from './report/table.ts';
import { runAll } from './runner.ts';
import { Services } from './systems/services.ts';

// The entry point of `pnpm bench`. Child processes end with this one, however it ends.

/** The root of this checkout. */
const checkout = resolve(import.meta.dirname, '../..');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
}

try {
  // pnpm passes on the `--` between its own options and those of the script.
  const args = process.argv.slice(2).filter((arg, at) => !(arg === '--' && at === 0));
  const options = args[0] === 'city' ? undefined : readOptions(args);
  if (options === undefined) await benchCity(args.slice(1));
  else if (options === null) process.stdout.write(help);
  else await bench(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function bench({ scenarios, quick, rounds, generators, markdown, only, out, chart }: Options): Promise<void> {
  for (const folder of [out, chart && dirname(chart)]) if (folder) await makeWritable(folder);
  const machine = await describeMachine();
  await using services = new Services();
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const rows = await runAll({ bench: { services, quick, generators, checkout }, scenarios, rounds, only, progress });
  const claims = quick ? [] : checkClaims(rows);

  const print = markdown ? asMarkdown : asText;
  process.stdout.write(
    `\n${machineLine(machine)}; medians of ${rounds}${quick ? '; QUICK: figures mean nothing' : ''}\n`,
  );
  process.stdout.write(`\n${print(resultCells(rows))}`);
  for (const problem of problems(rows)) process.stdout.write(`\n${problem}\n`);
  if (claims.length > 0) process.stdout.write(`\n${print(claimCells(claims))}`);

  if (out !== null) {
    const results = { at: new Date(), machine, quick, rounds, generators, rows, claims };
    await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  }
  if (chart !== null) await writeFile(chart, drawChart(rows));
  if (rows.some(({ problem }) => problem?.startsWith('FAILED'))) process.exitCode = 1;
}

/** Checked before measuring, so that a run does not fail when it saves its results. */
async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new Error(`Results can't be written to ${folder}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

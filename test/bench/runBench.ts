import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeMachine, machineLine } from './machine.ts';
import type { Options } from './options.ts';
import { drawChart } from './report/chart.ts';
import { checkClaims } from './report/claims.ts';
import { saveRun } from './report/history.ts';
import { asMarkdown, asText, claimCells, problems, resultCells } from './report/table.ts';
import { runAll } from './runner.ts';
import { Services } from './systems/services.ts';

/** Runs the chosen scenarios, prints the tables, and writes the files that the options name. */
export async function runBench(checkout: string, options: Options): Promise<void> {
  const { scenarios, quick, rounds, generators, only, out, chart } = options;
  for (const folder of [out, chart && dirname(chart)]) if (folder) await makeWritable(folder);
  const machine = await describeMachine();
  await using services = new Services();
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const rows = await runAll({ bench: { services, quick, generators, checkout }, scenarios, rounds, only, progress });
  const claims = quick ? [] : checkClaims(rows);

  const print = options.markdown ? asMarkdown : asText;
  process.stdout.write(
    `\n${machineLine(machine)}; medians of ${rounds}${quick ? '; QUICK: figures mean nothing' : ''}\n`,
  );
  process.stdout.write(`\n${print(resultCells(rows))}`);
  for (const { name, leavesOut } of scenarios) process.stdout.write(`\n${name} leaves out: ${leavesOut}\n`);
  for (const problem of problems(rows)) process.stdout.write(`\n${problem}\n`);
  if (claims.length > 0) process.stdout.write(`\n${print(claimCells(claims))}`);

  if (out !== null) {
    const results = { at: new Date(), machine, quick, rounds, generators, rows, claims };
    await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  }
  if (chart !== null) await writeFile(chart, drawChart(rows));
  if (options.save) process.stdout.write(`\nSaved in ${await saveRun(checkout, { machine, rounds, rows })}\n`);
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

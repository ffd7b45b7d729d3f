import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawChart } from '../test/bench/report/chart.ts';
import { asRow, fileOf, readHistory, type SavedRun } from '../test/bench/report/history.ts';
import { fillBlocks } from '../test/bench/report/pages/fillBlocks.ts';
import { resultBlocks } from '../test/bench/report/pages/resultBlocks.ts';
import { summaryBlocks } from '../test/bench/report/pages/summaryBlocks.ts';

const checkout = join(import.meta.dirname, '..');
/** The scenarios with figures on the pages. */
const scenarios = ['paced', 'burst', 'rooms', 'growth', 'idle', 'chat', 'sends', 'connect', 'blocks', 'history'];

/** The documents with figures of the latest saved run that has all scenarios, by their paths, as they should be. */
export async function benchmarkPages(): Promise<Map<string, string>> {
  const runs = await readHistory(checkout);
  const run = runs.findLast(({ rows }) => scenarios.every((name) => rows.some(({ scenario }) => scenario === name)));
  if (run === undefined) throw new Error('No saved run has all scenarios of the pages.');
  const filled = async (path: string, blocks: Record<string, string>) =>
    [path, fillBlocks(await readFile(join(checkout, path), 'utf8'), { ...blocks, run: runLine(run) })] as const;
  return new Map([
    await filled('docs/benchmark-results.md', resultBlocks(run)),
    await filled('docs/performance.md', summaryBlocks(runs, run)),
    ['docs/performance.svg', drawChart(run.rows.map(asRow))],
  ]);
}

/** Where a run is saved, and how it was made. */
function runLine(run: SavedRun): string {
  const { commit, at, rounds } = run;
  const file = fileOf('..', run);
  const times = rounds === 1 ? 'one round of each case' : `medians of ${rounds} rounds of each case`;
  return `The figures are of version [${commit}](${file}), measured on ${at.slice(0, 10)}: ${times}.\n`;
}

if (import.meta.main) {
  for (const [path, text] of await benchmarkPages()) await writeFile(join(checkout, path), text);
}

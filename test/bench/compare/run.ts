import { describeMachine, machineLine } from '../machine.ts';
import type { Options } from '../options.ts';
import { Services } from '../systems/services.ts';
import { compareAll, comparisonReport, isWorse } from './compare.ts';
import { checkOut } from './otherCheckout.ts';

/** Compares the chosen scenarios with those of a commit, and prints the differences. */
export async function runComparison(checkout: string, name: string, options: Options): Promise<void> {
  const { scenarios, quick, rounds, generators, only } = options;
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const machine = await describeMachine();
  progress(`checks out ${name} with its dependencies`);
  using other = await checkOut(checkout, name);
  await using services = new Services();
  const bench = { services, quick, generators, checkout };
  const comparisons = await compareAll({ bench, scenarios, only, rounds, other: other.path, progress });

  const measured = `before: ${other.commit}, after: this checkout; medians of ${rounds} rounds of each`;
  process.stdout.write(`\n${machineLine(machine)}; ${measured}${quick ? '; QUICK: figures mean nothing' : ''}\n`);
  process.stdout.write(`\n${comparisonReport(comparisons, options.markdown)}`);
  const failed = comparisons.some(({ problem }) => problem?.includes('FAILED'));
  if (failed || (options.fail && comparisons.some(isWorse))) process.exitCode = 1;
}

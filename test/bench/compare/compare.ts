import type { Bench } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { asMarkdown, asText, type Cells, format, titleOf } from '../report/table.ts';
import { attempt, casesOf } from '../runner.ts';
import type { Case, Scenario } from '../scenarios/scenario.ts';
import { differences } from './verdict.ts';

interface CompareOptions {
  bench: Bench;
  scenarios: readonly Scenario[];
  only: readonly string[];
  /** Rounds of each commit. */
  rounds: number;
  /** The root of the checkout that this one is compared with. */
  other: string;
  progress: (line: string) => void;
}

export interface Comparison {
  scenario: string;
  load: string;
  system: string;
  before: Figures[];
  after: Figures[];
  /** The reason why a round has no figures. */
  problem: string | null;
}

/** Runs the cases of Earshot on both commits, in the order A B B A: a machine that becomes slower slows both alike. */
export async function compareAll(options: CompareOptions): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const scenario of options.scenarios) {
    const cases = casesOf(scenario, { quick: options.bench.quick, only: options.only });
    for (const one of cases.filter(({ system }) => system.startsWith('Earshot'))) {
      comparisons.push({ scenario: scenario.name, ...(await compareCase(options, one)) });
    }
  }
  return comparisons;
}

async function compareCase(
  { bench, rounds, other, progress }: CompareOptions,
  one: Case,
): Promise<Omit<Comparison, 'scenario'>> {
  const { load, system } = one;
  const result = { load, system, before: [] as Figures[], after: [] as Figures[] };
  for (let round = 1; round <= rounds; round++) {
    for (const side of round % 2 === 1 ? (['before', 'after'] as const) : (['after', 'before'] as const)) {
      progress(`${load}, ${system}, ${side} (round ${round} of ${rounds})`);
      const outcome = await attempt(side === 'before' ? { ...bench, checkout: other } : bench, one);
      if (typeof outcome === 'string') return { ...result, problem: `${side}: ${outcome}` };
      result[side].push(outcome);
    }
  }
  return { ...result, problem: null };
}

export const isWorse = ({ before, after }: Comparison): boolean =>
  differences(before, after).some(({ verdict }) => verdict === 'worse');

/** The table of a comparison, and a line for each case that failed. */
export function comparisonReport(comparisons: readonly Comparison[], markdown: boolean): string {
  const heading = ['scenario', 'load', 'system', 'figure', 'before', 'after', 'after ÷ before', 'verdict'];
  const cells: Cells = comparisons.flatMap(({ scenario, load, system, before, after }) =>
    differences(before, after).map((one) => [
      ...[scenario, load, system, titleOf(one.metric), format(one.before), format(one.after)],
      ...[format(one.after / one.before), one.verdict],
    ]),
  );
  const table = (markdown ? asMarkdown : asText)([heading, ...cells]);
  const failed = comparisons.flatMap(({ scenario, load, system, problem }) =>
    problem === null ? [] : `\n${scenario}: ${load}, ${system}: ${problem}\n`,
  );
  return [table, ...failed].join('');
}

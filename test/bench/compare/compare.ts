import type { Bench } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { asMarkdown, asText, type Cells, format, titleOf } from '../report/table.ts';
import { attempt, casesOf } from '../runner.ts';
import type { Case, Scenario } from '../scenarios/scenario.ts';
import { falseAlarmBound } from './falseAlarms.ts';
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
  for (const { scenario, comparedCase } of comparedCases({ ...options, quick: options.bench.quick })) {
    comparisons.push({ scenario, ...(await compareCase(options, comparedCase)) });
  }
  return comparisons;
}

interface Selection extends Pick<CompareOptions, 'scenarios' | 'only'> {
  quick: boolean;
}

/** The chosen cases of Earshot, each with the name of its scenario. */
export function comparedCases({ scenarios, only, quick }: Selection): { scenario: string; comparedCase: Case }[] {
  return scenarios.flatMap((scenario) =>
    casesOf(scenario, { quick, only })
      .filter(({ system }) => system.startsWith('Earshot'))
      .map((comparedCase) => ({ scenario: scenario.name, comparedCase })),
  );
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

/** The table of a comparison, how often equal commits have a worse figure in it, and a line for each case that failed. */
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
  return [table, `\n${chanceLine(comparisons)}\n`, ...failed].join('');
}

/** Says how much a single worse figure means. */
function chanceLine(comparisons: readonly Comparison[]): string {
  const judged = comparisons.map(({ before, after }) => ({
    figures: differences(before, after).filter(({ verdict }) => verdict !== 'unclear').length,
    rounds: Math.min(before.length, after.length),
  }));
  const total = judged.reduce((sum, { figures }) => sum + figures, 0);
  if (total === 0) return 'No figure has three rounds of each commit, so nothing can be said about any.';
  const chance = judged.reduce((sum, { figures, rounds }) => sum + falseAlarmBound(figures, rounds), 0);
  const percent = format(100 * Math.min(1, chance));
  return `Figures: ${total}. By chance, at least one is worse in at most ${percent} % of comparisons of equal commits.`;
}

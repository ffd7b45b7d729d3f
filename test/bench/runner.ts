import { isChosen } from '../resources/commandLine.ts';
import type { Bench } from './bench.ts';
import { type Figures, medians, type Row } from './figures.ts';
import { descriptorLimit } from './machine.ts';
import { NotMeasurable } from './notMeasurable.ts';
import type { Case, Scenario } from './scenarios/scenario.ts';

interface RunOptions {
  bench: Bench;
  scenarios: readonly Scenario[];
  rounds: number;
  /** Texts, one of which "load, system" of a case contains; empty for all cases. */
  only: readonly string[];
  progress: (line: string) => void;
}

/** Descriptors that a process needs beside its connections. */
const otherDescriptors = 200;

/** Runs every case `rounds` times. The systems take turns, so that temporary load on the machine affects all alike. */
export async function runAll({ bench, scenarios, rounds, only, progress }: RunOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    const cases = casesOf(scenario, { quick: bench.quick, only });
    const runs = cases.map((one) => ({ one, figures: [] as Figures[], problem: null as string | null }));
    for (let round = 1; round <= rounds; round++) {
      for (const run of runs) {
        if (run.problem !== null) continue;
        progress(`${scenario.name}: ${run.one.load}, ${run.one.system} (round ${round} of ${rounds})`);
        const outcome = await attempt(bench, run.one);
        if (typeof outcome === 'string') run.problem = outcome;
        else run.figures.push(outcome);
      }
    }
    rows.push(
      ...runs.map(({ one: { load, system }, figures, problem }) => ({
        ...{ scenario: scenario.name, load, system },
        ...{ figures: problem === null ? medians(figures) : {}, rounds: figures, problem },
      })),
    );
  }
  return rows;
}

export function casesOf(scenario: Scenario, { quick, only }: { quick: boolean; only: readonly string[] }): Case[] {
  return scenario.cases({ quick }).filter(({ load, system }) => isChosen(only, `${load}, ${system}`));
}

/** The figures, or the reason why there are none. */
export async function attempt(bench: Bench, one: Case): Promise<Figures | string> {
  const tooFew = tooFewDescriptors(one);
  if (tooFew !== null) return tooFew;
  try {
    return await one.run(bench);
  } catch (error) {
    if (error instanceof NotMeasurable) return error.message;
    return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function tooFewDescriptors({ connections }: Case): string | null {
  const needed = connections + otherDescriptors;
  const limit = descriptorLimit();
  return needed <= limit
    ? null
    : `needs ${needed} file descriptors in one process, and ulimit -Hn allows ${limit}: raise it to run this`;
}

import { onlyTexts, parseCommandLine, refuseUnmatched, wholeNumber } from '../resources/commandLine.ts';
import { comparedCases } from './compare/compare.ts';
import { roundsToFail } from './compare/falseAlarms.ts';
import { casesOf } from './runner.ts';
import { scenarios } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface Options {
  scenarios: readonly Scenario[];
  quick: boolean;
  rounds: number;
  generators: number;
  markdown: boolean;
  /** Texts, one of which "load, system" of a case contains; empty for all cases. */
  only: readonly string[];
  /** Folder for `results.json`. */
  out: string | null;
  /** File for the chart. */
  chart: string | null;
  /** Whether the run is added to the history. */
  save: boolean;
  /** Whether the history is printed, without a run. */
  history: boolean;
  /** The commit that this checkout is compared with. */
  compare: string | null;
  /** Whether the exit code of a comparison is 1 if something is worse. */
  fail: boolean;
}

const width = Math.max(...scenarios.map(({ name }) => name.length));

const describe = ({ name, about, leavesOut }: Scenario) =>
  [`  ${name.padEnd(width)}  ${about}`, `  ${' '.repeat(width)}  Leaves out: ${leavesOut}`].join('\n');

export const help = `Usage: pnpm bench [scenario ...] [options]

Compares Earshot with other libraries for chat on this machine. Each system runs in its own process.

Scenarios (default: all, nearly two hours):
${scenarios.map(describe).join('\n')}

  pnpm bench data  compares every procedure on 20,000,000 messages with a thousandth of them: see pnpm bench data --help
  pnpm bench city  compares a city of 1,000,000 rooms with one of 1,000: see pnpm bench city --help
  pnpm bench:stalls  measures how long each call holds the event loop: see pnpm bench:stalls --help
  pnpm bench:attack  measures the sends of 100 users without and with attackers of one address, for a minute

Options:
  --quick          one small round, to check that the benchmark works; its figures are meaningless
  --rounds N       rounds of each case (default 3; the table has the medians)
  --generators N   processes that generate the load (default 1; use more if there are idle cores)
  --out FOLDER     write results.json, with every round, into this folder
  --chart FILE     write a chart (SVG)
  --only TEXT      only cases whose "load, system" contains the text; several texts are separated by semicolons. A text that no
                   case contains is refused, with a list of the cases
  --markdown       print the tables as Markdown
  --save           add the medians to test/bench/history, for --history
  --history        print the targets as measured in the last six saved runs, without a new run
  --compare COMMIT compare Earshot in this checkout with the one of a commit, which runs from a temporary folder; both
                   take turns (A B B A), with the generator and the scenarios of this checkout (default 4 rounds of each)
  --fail           with --compare: the exit code is 1 if a figure is worse: by more than 3 %, and in all rounds. The more cases
                   are compared, the more rounds this takes (default: as many as needed, from 5 for one case to 8 for all),
                   so that at most 1 of 20 comparisons of equal commits fails
  --help           show this help

Databases are stored in TMPDIR. Services come from MONGODB_URI and REDIS_URL, else from PATH, else they are downloaded.
The exit code is 1 if a case fails. A lost or repeated delivery is a failure.
docs/benchmarks.md explains the table.
`;

/** Parses the command line; null for help. Throws an Error with a readable message for anything unknown. */
export function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  refuseIneffectiveOptions(values);
  if (values.history) refuseSelection(positionals, values);
  const only = onlyTexts(values.only);
  const selected = chosen(positionals);
  refuseNoCase(values, { scenarios: selected, only });
  return {
    scenarios: selected,
    quick: values.quick,
    rounds: roundsOf(values, { scenarios: selected, only }),
    generators: count('generators', values.generators, 1),
    markdown: values.markdown,
    only,
    out: values.out ?? null,
    chart: values.chart ?? null,
    save: values.save,
    history: values.history,
    compare: values.compare ?? null,
    fail: values.fail,
  };
}

type Values = ReturnType<typeof parse>['values'];

/** Refuses options that would have no effect. */
function refuseIneffectiveOptions({ compare, fail, history, quick, ...values }: Values): void {
  if (values.save && quick) throw new Error('--save needs real figures, without --quick.');
  if (fail && quick) throw new Error('--fail needs real figures, without --quick.');
  if (fail && compare === undefined) throw new Error('--fail needs --compare COMMIT.');
  const writes = (['save', 'out', 'chart'] as const).find(
    (name) => values[name] !== undefined && values[name] !== false,
  );
  if (compare !== undefined && writes) throw new Error(`--${writes} is for runs without --compare, which only prints.`);
  if (compare !== undefined && history) throw new Error('--history only prints saved runs, without --compare.');
  if (history && writes) throw new Error(`--history only prints saved runs, without --${writes}.`);
}

/** The history has all targets of all scenarios: what selects cases or rounds of a run would have no effect. */
function refuseSelection(positionals: readonly string[], { quick, ...values }: Values): void {
  const selection = (['only', 'rounds', 'generators'] as const).find((name) => values[name] !== undefined);
  const without = selection ? `--${selection}` : quick ? '--quick' : positionals.length > 0 ? 'scenarios' : null;
  if (without !== null) throw new Error(`--history prints all targets of the saved runs, without ${without}.`);
}

/** Refuses a choice of cases that measures or compares nothing. */
function refuseNoCase({ quick, compare }: Values, selected: Pick<Options, 'scenarios' | 'only'>): void {
  const cases = selected.scenarios.flatMap((scenario) => casesOf(scenario, { quick, only: [] }));
  refuseUnmatched(
    selected.only,
    cases.map(({ load, system }) => `${load}, ${system}`),
    'case',
  );
  if (compare !== undefined && comparedCases({ ...selected, quick }).length === 0)
    throw new Error('--compare has nothing to compare: --only chooses no case of Earshot.');
}

/** The rounds of each case. For `--fail` there must be enough that equal commits seldom fail. */
function roundsOf({ rounds, quick, compare, fail }: Values, selected: Pick<Options, 'scenarios' | 'only'>): number {
  if (!fail) return count('rounds', rounds, quick ? 1 : compare === undefined ? 3 : 4);
  const cases = comparedCases({ ...selected, quick }).length;
  const needed = roundsToFail(cases);
  const requested = count('rounds', rounds, needed);
  if (requested >= needed) return requested;
  const reason =
    'with fewer, chance alone could fail more than 1 of 20 comparisons of equal commits, or nothing could be judged';
  throw new Error(
    `--fail needs --rounds ${needed} or more for ${cases} ${cases === 1 ? 'case' : 'cases'}: ${reason}. Choose fewer cases with --only.`,
  );
}

function parse(args: readonly string[]) {
  return parseCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      generators: { type: 'string' },
      only: { type: 'string' },
      out: { type: 'string' },
      chart: { type: 'string' },
      save: { type: 'boolean', default: false },
      history: { type: 'boolean', default: false },
      compare: { type: 'string' },
      fail: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

function chosen(names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`Unknown scenario “${unknown.join('”, “')}”. --help lists the scenarios.`);
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

const count = (name: string, text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : wholeNumber(`--${name}`, text, [1, 100]);

import { parseArgs } from 'node:util';
import { scenarios } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface Options {
  scenarios: readonly Scenario[];
  quick: boolean;
  rounds: number;
  generators: number;
  markdown: boolean;
  /** Folder for `results.json`. */
  out: string | null;
  /** File for the chart. */
  chart: string | null;
}

const width = Math.max(...scenarios.map(({ name }) => name.length));

export const help = `Usage: pnpm bench [scenario ...] [options]

Measures Earshot and what others build chat with, each in a process of its own, on this machine alone.

Scenarios (default: all, which takes the better part of an hour):
${scenarios.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')}

Options:
  --quick          everything tiny, one round: shows that it works; its figures mean nothing
  --rounds N       how often each case is run (default 3; the table has the medians)
  --generators N   processes that play the clients (default 1; more where there are cores to spare)
  --out FOLDER     writes results.json, with every round, into this folder
  --chart FILE     writes a chart (SVG)
  --markdown       prints the tables as they stand in docs/performance.md
  --help           shows this

Data of databases lies in TMPDIR. Services come from MONGODB_URI and REDIS_URL, else from PATH, else they are fetched.
The exit code is 1 when a case failed: a delivery that is lost, or comes twice, is a failure.
docs/performance.md tells how to read the table.
`;

/** Parses the command line; null for help. Throws an Error with a readable message for anything unknown. */
export function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  return {
    scenarios: chosen(positionals),
    quick: values.quick,
    rounds: count('rounds', values.rounds, values.quick ? 1 : 3),
    generators: count('generators', values.generators, 1),
    markdown: values.markdown,
    out: values.out ?? null,
    chart: values.chart ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      // pnpm passes on the `--` between its own options and those of the script.
      args: args.filter((arg, at) => !(arg === '--' && at === 0)),
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        generators: { type: 'string' },
        out: { type: 'string' },
        chart: { type: 'string' },
        markdown: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // The rest of Node.js's message does not apply to this command.
    const [what] = error instanceof Error ? error.message.split(/\.? To |\.\n/) : [];
    throw new Error(`${what}. --help lists what there is.`);
  }
}

function chosen(names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`There is no scenario “${unknown.join('”, “')}”. --help lists them.`);
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

function count(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw new Error(`--${name} must be a whole number from 1 to 100.`);
}

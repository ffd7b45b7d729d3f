/** The goal: while others attack, the p99 of a user's send is at most half as long again. */
const maxRatio = 1.5;

/** What users and the machine saw in the phases of one kind. */
export interface PhaseFigures {
  /** Milliseconds of each acknowledged send. */
  latencies: number[];
  /** Number of refused sends, by error code. */
  refusals: Map<string, number>;
  /** Cores that the server used, and that all processes of the machine used. */
  serverCores: number;
  machineCores: number;
}

export interface Verdict {
  lines: string[];
  isMet: boolean;
}

/** Compares sends without attackers with sends during the attack. A refused send misses the goal: its user was hit by the limits of another. */
export function judge(before: PhaseFigures, during: PhaseFigures): Verdict {
  const rows = [0.5, 0.99].map((share) => {
    const [quiet, attacked] = [quantile(before.latencies, share), quantile(during.latencies, share)];
    return { name: `p${share * 100}`, quiet, attacked, ratio: attacked / quiet };
  });
  const ratio = rows.at(-1)?.ratio ?? Number.NaN;
  const refused = [...before.refusals, ...during.refusals];
  const isMet = ratio <= maxRatio && refused.length === 0;
  const cores = ({ serverCores, machineCores }: PhaseFigures) =>
    `${serverCores.toFixed(2)} (all processes: ${machineCores.toFixed(2)})`;
  return {
    lines: [
      ...rows.map(
        ({ name, quiet, attacked, ratio: by }) =>
          `${name} of a send: ${quiet.toFixed(1)} ms without, ${attacked.toFixed(1)} ms with attackers, ratio ${by.toFixed(2)}`,
      ),
      `cores used by the server: ${cores(before)} without, ${cores(during)} with attackers`,
      `sends: ${before.latencies.length} and ${during.latencies.length}; refused: ${JSON.stringify(refused)}`,
      `target: p99 ratio at most ${maxRatio}, no send refused: ${isMet ? 'met' : 'missed'}`,
    ],
    isMet,
  };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}

import type { DataDeployment } from './deployment.ts';
import type { DataOptions } from './options.ts';
import { type CallFigures, isMoreCostly, percentile } from './verdict.ts';

/** The most single calls whose hold of the event loop is measured. */
const heldMax = 10;

/** More than the calls of one measurement: the numbers of two measurements differ. */
const callsMax = 1_000_000;

/** The parts of a deployment that this needs. */
type Measurable = Pick<DataDeployment, 'ask'>;

/** The figures in both deployments. */
export interface CallResult {
  small: CallFigures;
  big: CallFigures;
  /** How often the call was measured. */
  tries: number;
}

/**
 * Measures a call in both deployments, alternately, so that other work on the machine affects both alike. If its ratio misses the goal, it is
 * measured once more, and the second ratio counts: a difference that the data does not cause hardly occurs twice. Holds and failures of both
 * tries count.
 */
export async function measureCall(
  call: string,
  deployments: readonly [Measurable, Measurable],
  options: Pick<DataOptions, 'rounds' | 'calls' | 'keep'>,
): Promise<CallResult> {
  // A database of an earlier run has the effects of its calls, so these calls need other numbers.
  const first = options.keep === null ? 0 : Math.floor(Math.random() * 100) * 5_000;
  const [small, big] = await measureOnce(call, deployments, options, first);
  const isRepeated = options.calls > 1 && isMoreCostly(small, big); // one call, of a test of this benchmark, says nothing
  if (!isRepeated) return { small, big, tries: 1 };
  const [smallAgain, bigAgain] = await measureOnce(call, deployments, options, first + callsMax);
  return { small: withEarlier(small, smallAgain), big: withEarlier(big, bigAgain), tries: 2 };
}

const withEarlier = (earlier: CallFigures, later: CallFigures): CallFigures => ({
  ...later,
  hold: Math.max(earlier.hold, later.hold),
  failed: earlier.failed ?? later.failed,
});

async function measureOnce(
  call: string,
  deployments: readonly [Measurable, Measurable],
  { rounds, calls }: Pick<DataOptions, 'rounds' | 'calls'>,
  firstNumber: number,
): Promise<[CallFigures, CallFigures]> {
  const measured = [newFigures(), newFigures()] as const;
  let next = firstNumber;
  const runAll = async (count: number, measureHold: boolean, isCounted: boolean) => {
    const first = next;
    next += count;
    for (const at of [0, 1] as const) {
      const task = { call, first, count };
      const figures = measured[at];
      const ready = await deployments[at].ask({ caller: { step: 'prepare', ...task }, measureHold: false });
      const done = await deployments[at].ask({ caller: { step: 'run', ...task }, measureHold });
      figures.failed ??= ready.failed ?? done.failed;
      if (!isCounted) continue;
      if (measureHold) figures.holds.push(done.hold);
      else {
        figures.cpus.push(done.cpu / count);
        figures.databases.push(done.databaseCpu / count);
        figures.latencies.push(...done.latencies);
      }
    }
  };
  await runAll(calls, false, false); // code is compiled, pages are read
  for (let round = 0; round < rounds; round += 1) await runAll(calls, false, true);
  for (let n = 0; n < Math.min(heldMax, calls); n += 1) await runAll(1, true, true);
  return [toFigures(measured[0]), toFigures(measured[1])];
}

interface Measured {
  cpus: number[];
  databases: number[];
  latencies: number[];
  holds: number[];
  failed: string | undefined;
}

const newFigures = (): Measured => ({ cpus: [], databases: [], latencies: [], holds: [], failed: undefined });

const toFigures = ({ cpus, databases, latencies, holds, failed }: Measured): CallFigures => ({
  cpu: percentile(cpus, 0.5),
  database: percentile(databases, 0.5),
  p50: percentile(latencies, 0.5),
  p99: percentile(latencies, 0.99),
  hold: Math.max(...holds),
  failed,
});

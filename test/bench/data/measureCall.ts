import type { DataDeployment } from './deployment.ts';
import type { DataOptions } from './options.ts';
import { type CallFigures, percentile, problems } from './verdict.ts';

/** The most single calls whose hold of the event loop is measured. */
const heldMax = 10;

/** More than the calls of one measurement: the numbers of two measurements differ. */
const callsMax = 1_000_000;

/**
 * Measures a call in both deployments, alternately, so that other work on the machine affects both alike. If it misses a goal, it is measured
 * once more, and the second figures count: a difference that is not the data's hardly occurs twice.
 */
export async function measureCall(
  call: string,
  deployments: readonly [DataDeployment, DataDeployment],
  options: Pick<DataOptions, 'rounds' | 'calls' | 'keep'>,
): Promise<[CallFigures, CallFigures]> {
  // A database of an earlier run has the effects of its calls, so these calls need other numbers.
  const first = options.keep === null ? 0 : Math.floor(Math.random() * 100) * 5_000;
  const figures = await measureOnce(call, deployments, options, first);
  const isGood = options.calls === 1 || problems(...figures).length === 0; // one call, of a test of this benchmark, says nothing
  return isGood ? figures : measureOnce(call, deployments, options, first + callsMax);
}

async function measureOnce(
  call: string,
  deployments: readonly [DataDeployment, DataDeployment],
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

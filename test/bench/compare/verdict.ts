import { type Figures, type Metric, median } from '../figures.ts';

/** A difference, or none beyond the noise; `unclear` if there are too few rounds to tell. */
export type Verdict = 'worse' | 'better' | 'same' | 'unclear';

export interface Difference {
  metric: Metric;
  before: number;
  after: number;
  verdict: Verdict;
}

/** The figures that are compared. Of latencies only the median: 99th percentiles of equal runs differ too much. */
const compared: Partial<Record<Metric, 'less is better' | 'more is better'>> = {
  cpuPerDelivery: 'less is better',
  cpuPerCall: 'less is better',
  perSecond: 'more is better',
  p50: 'less is better',
  kbPerConnection: 'less is better',
  peakMb: 'less is better',
};

/** Smaller differences are the same, however little the rounds differ. */
const least = 0.03;
/** With three rounds of each commit, 1 figure in 20 of equal commits is worse by chance; with four, 1 in 70 (`falseAlarmBound`). */
const fewestRounds = 3;

/** The differences of the medians. */
export function differences(before: readonly Figures[], after: readonly Figures[]): Difference[] {
  const metrics = Object.keys(compared) as (keyof typeof compared)[];
  return metrics.flatMap((metric) => {
    const values = (rounds: readonly Figures[]) => rounds.flatMap((figures) => figures[metric] ?? []);
    const [old, own] = [values(before), values(after)];
    if (old.length === 0 || own.length === 0) return [];
    const verdict = compared[metric] === 'less is better' ? judge(old, own) : judge(own, old);
    return { metric, before: median(old), after: median(own), verdict };
  });
}

/**
 * Compares values of which less is better. One commit is worse than the other if all of its rounds are: their spread is
 * the noise.
 */
function judge(before: readonly number[], after: readonly number[]): Verdict {
  if (Math.min(before.length, after.length) < fewestRounds) return 'unclear';
  if (median(after) > median(before) * (1 + least) && Math.min(...after) > Math.max(...before)) return 'worse';
  if (median(before) > median(after) * (1 + least) && Math.min(...before) > Math.max(...after)) return 'better';
  return 'same';
}

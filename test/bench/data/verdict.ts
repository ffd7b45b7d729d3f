/** The goals: much data may cost at most half as much again, and no call may block the event loop for longer. */
export const goals = { ratio: 1.5, holdMs: 10 } as const;

/** Differences below this are within what two runs on equal data differ by. */
const noiseMicroseconds = 150;

export interface CallFigures {
  /** Microseconds of CPU time a call. */
  cpu: number;
  /** Of mongod. */
  database: number;
  /** Milliseconds, as the client sees it. */
  p50: number;
  p99: number;
  /** Milliseconds. */
  hold: number;
  failed: string | undefined;
}

/** What is wrong with the figures of a call; empty if nothing is. */
export function problems(small: CallFigures, big: CallFigures): string[] {
  const failed = [small.failed, big.failed].filter((one) => one !== undefined).map((one) => `failed: ${one}`);
  return [
    ...failed.slice(0, 1),
    ...(isMore(small.cpu, big.cpu) ? ['CPU'] : []),
    ...(isMore(small.database, big.database) ? ['mongod'] : []),
    ...(big.hold > goals.holdMs ? ['hold'] : []),
  ];
}

const isMore = (few: number, many: number): boolean => many / few > goals.ratio && many - few > noiseMicroseconds;

/** Whether the ratio of CPU time misses the goal, in the server or in mongod. */
export const isMoreCostly = (small: CallFigures, big: CallFigures): boolean =>
  isMore(small.cpu, big.cpu) || isMore(small.database, big.database);

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

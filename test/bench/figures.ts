/** The figures of a run. A figure that does not apply to a run is left out. */
export interface Figures {
  /** Server CPU per delivery (one message to one watcher), in microseconds. */
  cpuPerDelivery?: number;
  /** Server CPU per call (send, page of history) or per connection, in microseconds. */
  cpuPerCall?: number;
  /** CPU of the busiest of several server processes per delivery or call, in microseconds. */
  busiestCpu?: number;
  /** CPU of MongoDB and of Redis per delivery or call, in microseconds. */
  mongodCpu?: number;
  redisCpu?: number;
  /** Deliveries, calls or connections per second. */
  perSecond?: number;
  /** Latency in milliseconds: to the arrival of a message at watchers, or to the response to a call. */
  p50?: number;
  p99?: number;
  max?: number;
  /** Milliseconds from a send to the author's own event, and to the events of the other users in the room. */
  ownP50?: number | undefined;
  ownP99?: number | undefined;
  othersP50?: number | undefined;
  othersP99?: number | undefined;
  /** Garbage collection on the system's main thread, as a percentage of its CPU time. */
  gcPercent?: number;
  /** Growth of resident memory per connection, in KiB, after a garbage collection. */
  kbPerConnection?: number;
  /** The largest resident memory of all processes of the system during the run, in MiB. */
  peakMb?: number;
  /** Cores that the busiest generator process used. If this is near 1, the generator is the bottleneck, not the system. */
  generatorCores?: number;
}
export type Metric = keyof Figures;

/** The result of one case. */
export interface Row {
  scenario: string;
  /** The load on the system. */
  load: string;
  system: string;
  /** Medians over the rounds. */
  figures: Figures;
  rounds: Figures[];
  /** The reason why there are no figures. */
  problem: string | null;
}

export type ProcessFigures = Pick<Figures, 'busiestCpu' | 'mongodCpu' | 'redisCpu'>;

export type LatencyFigures = Pick<Figures, 'p50' | 'p99' | 'max'>;

export function latencyFigures(latencies: readonly number[]): LatencyFigures {
  if (latencies.length === 0) return {};
  const sorted = latencies.toSorted((a, b) => a - b);
  // Nearest rank: the smallest value that this share of all values does not exceed.
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The median of each figure over the rounds that have it. */
export function medians(rounds: readonly Figures[]): Figures {
  const metrics = new Set(rounds.flatMap((figures) => Object.keys(figures) as Metric[]));
  const result: Figures = {};
  for (const metric of metrics) result[metric] = median(rounds.flatMap((figures) => figures[metric] ?? []));
  return result;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

import { readdir, stat } from 'node:fs/promises';
import type { ErrorCode } from '@earshot/shared';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** Adds to the counter of that name. The first use creates it. */
  count(name: string, n?: number): void;
  /** Counts an error sent to a client, by its code. */
  countError(code: ErrorCode): void;
  /** Counts a call refused by a limit, by the limit's name and by what was over it. */
  countRefusal(limit: string, by: 'user' | 'address' | 'connection'): void;
  /** Adds a duration in seconds to the histogram of that name. The first use creates it. */
  observe(name: string, help: string, seconds: number): void;
  /** Calls `read` at each scrape. */
  gauge(name: string, help: string, read: () => number): void;
  /** All metrics in Prometheus's text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Metrics that another process can show. */
export interface SharedMetrics extends Metrics {
  /** The current values, which another process can show as text beside its own. */
  snapshot(): Promise<MetricsSnapshot>;
}

/** The values of one process's metrics, which the structured clone algorithm can copy to another process. */
export type MetricsSnapshot = readonly object[];

/** One of several processes behind one port: a scrape reaches any of them, and is answered with the metrics of all. */
export interface MetricsWorker {
  /** The label that distinguishes this process's metrics from those of the others. */
  number: number;
  /** The snapshots of all processes that answer, including this one. */
  gather(): Promise<MetricsSnapshot[]>;
}

/** The default metrics that list every socket and timer: with 10,000 sockets each takes milliseconds. */
const perHandle = ['active_handles', 'active_requests', 'active_resources'].flatMap((name) => [name, `${name}_total`]);

/** Upper bounds of the histograms of durations. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Creates a server's metrics, separate from those of other servers in the process. Labels never contain rooms, users or places. */
export function createMetrics(worker?: MetricsWorker): SharedMetrics {
  const registry = new Registry();
  if (worker !== undefined) registry.setDefaultLabels({ worker: String(worker.number) });
  // The default, a timer every 10 ms, takes half of the CPU time of an idle server.
  collectDefaultMetrics({ register: registry, prefix: 'earshot_', eventLoopMonitoringPrecision: 50 });
  for (const name of perHandle) registry.removeSingleMetric(`earshot_nodejs_${name}`);
  measureOpenFiles(registry);
  const counters = new Map<string, Counter>();

  const errors = new Counter({
    name: 'earshot_errors_total',
    help: 'Errors sent to clients, by code',
    labelNames: ['code'],
    registers: [registry],
  });

  const refusals = new Counter({
    name: 'earshot_refusals_total',
    help: 'Calls and connections refused by a limit, by its name and by what exceeded it',
    labelNames: ['limit', 'by'],
    registers: [registry],
  });

  function counter(name: string): Counter {
    const known = counters.get(name);
    if (known !== undefined) return known;
    const help = `Number of occurrences: ${name.replaceAll('_', ' ')}`;
    const made = new Counter({ name: `earshot_${name}_total`, help, registers: [registry] });
    counters.set(name, made);
    return made;
  }

  const histograms = new Map<string, Histogram>();
  function histogram(name: string, help: string): Histogram {
    const known = histograms.get(name);
    if (known !== undefined) return known;
    const made = new Histogram({ name: `earshot_${name}`, help, buckets: secondsBuckets, registers: [registry] });
    histograms.set(name, made);
    return made;
  }

  return {
    observe: (name, help, seconds) => histogram(name, help).observe(seconds),
    count: (name, n = 1) => counter(name).inc(n),
    countError: (code) => errors.inc({ code }),
    countRefusal: (limit, by) => refusals.inc({ limit, by }),
    gauge: (name, help, read) => {
      new Gauge({
        name: `earshot_${name}`,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    text: async () => (worker === undefined ? registry.metrics() : mergedText(await worker.gather())),
    snapshot: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
}

/** Replaces the default metric of open files, which lists them synchronously: with 10,000 sockets this blocks for 10 ms. */
function measureOpenFiles(registry: Registry): void {
  const name = 'earshot_process_open_fds';
  if (registry.getSingleMetric(name) === undefined) return; // not on Linux
  registry.removeSingleMetric(name);
  new Gauge({
    name,
    help: 'Number of open file descriptors.',
    registers: [registry],
    async collect() {
      this.set(await countOpenFiles());
    },
  });
}

/** Number of open file descriptors of this process. Linux 6.2 or later has it as the size of the folder; earlier ones need the list. */
async function countOpenFiles(): Promise<number> {
  const folder = '/proc/self/fd';
  const { size } = await stat(folder);
  return size > 0 ? size : (await readdir(folder)).length;
}

/**
 * Lists the workers' metrics under their `worker` labels instead of adding them up: a sum that falls because one worker
 * restarts would look like a restart of all, and Prometheus would count everything twice.
 */
function mergedText(snapshots: MetricsSnapshot[]): Promise<string> {
  const unsummed = snapshots.map((metrics) => metrics.map((metric) => ({ ...metric, aggregator: 'first' })));
  return AggregatorRegistry.aggregate(unsummed).metrics();
}

import cluster from 'node:cluster';
import { PerformanceObserver } from 'node:perf_hooks';
import { cpuOf } from './processUsage.ts';

/**
 * Loaded into every measured system before its own code (`node --import`). Answers requests for the resources that the
 * process has used, over the channel to its parent, and ends the process when the parent is gone. During a measurement
 * it only adds up the durations of garbage collections.
 */

export interface Usage {
  /** CPU time of all threads of each process, in microseconds: of this one, and of workers that it started. */
  cpu: number[];
  /** Resident memory in bytes, right after a garbage collection if `collect` is set. */
  rss: number;
  /** Garbage collection on the main thread, in microseconds. */
  gc: number;
}

export interface UsageRequest {
  usage: { collect: boolean };
}

if (cluster.isPrimary && process.channel) {
  process.on('message', (message: UsageRequest) => process.send?.(usage(message.usage)));
  process.on('disconnect', () => process.exit());
  process.channel.unref();
}

let collected = 0;
const addUp = (entries: readonly { duration: number }[]) => {
  for (const { duration } of entries) collected += duration * 1_000;
};
const collections = new PerformanceObserver((list) => addUp(list.getEntries()));
collections.observe({ entryTypes: ['gc'] });

function usage({ collect }: UsageRequest['usage']): Usage {
  if (collect) collectGarbage();
  addUp(collections.takeRecords());
  const { user, system } = process.cpuUsage();
  const workers = Object.values(cluster.workers ?? {}).flatMap((worker) => worker?.process.pid ?? []);
  return {
    cpu: [user + system, ...workers.map(cpuOf)],
    rss: process.memoryUsage.rss(),
    gc: collected,
  };
}

/** A full collection that also returns spare heap, so that resident memory shows what is in use. */
function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('start it with --expose-gc');
  globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

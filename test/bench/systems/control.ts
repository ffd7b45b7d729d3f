import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';

/**
 * Loaded into every measured system before its own code (`node --import`). Answers requests for the resources that the
 * process has used, over the channel to its parent, and ends the process when the parent is gone. It does nothing
 * during a measurement.
 */

export interface Usage {
  /** CPU time of all threads, and of workers that the process started, in microseconds. */
  cpu: number;
  /** Resident memory in bytes, right after a garbage collection if `collect` is set. */
  rss: number;
  /** Workers of node:cluster. */
  workers: number;
}

export interface UsageRequest {
  usage: { collect: boolean };
}

if (cluster.isPrimary && process.channel) {
  process.on('message', (message: UsageRequest) => process.send?.(usage(message.usage)));
  process.on('disconnect', () => process.exit());
  process.channel.unref();
}

function usage({ collect }: UsageRequest['usage']): Usage {
  if (collect) collectGarbage();
  const { user, system } = process.cpuUsage();
  const workers = Object.values(cluster.workers ?? {}).flatMap((worker) => worker?.process.pid ?? []);
  return {
    cpu: workers.reduce((sum, pid) => sum + cpuOf(pid), user + system),
    rss: process.memoryUsage.rss(),
    workers: workers.length,
  };
}

/** A full collection that also returns spare heap, so that resident memory shows what is in use. */
function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('start it with --expose-gc');
  globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** User and system time of all threads of a process, from proc(5), in clock ticks of a hundredth of a second. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name, which may contain anything, so fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

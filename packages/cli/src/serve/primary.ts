import cluster from 'node:cluster';
import type { Config } from '@earshot/server/config';
import { createLogger, type Logger } from '@earshot/server/observe';
import { StartError } from '../startError.ts';
import { banner } from './banner.ts';
import { shutdownSignal, stopWithinMs } from './shutdownSignal.ts';
import { WorkerSlot } from './workerSlot.ts';

/** Milliseconds that a worker gets beyond its own time limit for stopping. */
const graceMs = 500;

/** Runs the server in several worker processes. The primary opens no store and serves no client. */
export async function supervise(config: Config): Promise<void> {
  if (!cluster.isPrimary) {
    throw new StartError(
      'This process is a worker of another Node.js cluster. Unset WORKERS, or start it outside of that cluster.',
    );
  }
  cluster.schedulingPolicy = cluster.SCHED_RR; // with scheduling by the OS, few workers get most connections
  cluster.setupPrimary({ serialization: 'advanced' }); // metrics may be NaN, which JSON lacks
  const log = createLogger(config.logLevel);
  const slots: WorkerSlot[] = Array.from({ length: config.workers }, (_, i) => new WorkerSlot(i + 1, { log, gather }));
  async function gather() {
    return (await Promise.all(slots.map((slot) => slot.metrics()))).flat();
  }

  const shutdown = shutdownSignal(() => killAll(slots));
  try {
    const urls = await Promise.race([Promise.all(slots.map((slot) => slot.start())), shutdown.then(() => [])]);
    const [url] = urls;
    if (url === undefined) return;
    for (const slot of slots) slot.enableRestart();
    const pids = slots.map(({ pid }) => pid);
    process.stdout.write(banner(config, url, pids));
    log.info({ signal: await shutdown }, 'stopping');
  } finally {
    if (!(await stopAll(slots, log))) process.exitCode = 1;
  }
}

/** Stops all workers, and returns whether all of them exited cleanly. */
async function stopAll(slots: readonly WorkerSlot[], log: Logger): Promise<boolean> {
  const killTimer = setTimeout(() => {
    log.error('workers did not stop in time; killing them');
    killAll(slots);
  }, stopWithinMs + graceMs);
  const exitedCleanly = await Promise.all(slots.map((slot) => slot.stop()));
  clearTimeout(killTimer);
  return exitedCleanly.every(Boolean);
}

function killAll(slots: readonly WorkerSlot[]): void {
  for (const slot of slots) slot.kill();
}

import { readConfig } from '../config/readConfig.ts';
import { requireNode } from '../nodeVersion.ts';

/** Runs the server until a signal ends it: in this process, or in several workers that this process supervises. */
export async function serve(): Promise<void> {
  requireNode();
  const config = readConfig();
  if (config.worker !== null) return (await import('./serve/worker.ts')).serveAsWorker(config, config.worker);
  if (config.workers > 1) return (await import('./serve/primary.ts')).supervise(config);
  return (await import('./serve/singleProcess.ts')).serveSingleProcess(config);
}

import { readConfig, requireNode } from '@earshot/server/config';

/** Runs the server until a signal ends it: in this process, or in several workers that this process supervises. */
export async function serve(): Promise<void> {
  requireNode();
  const config = readConfig();
  if (config.worker !== null) return (await import('./worker.ts')).serveAsWorker(config, config.worker);
  if (config.workers > 1) return (await import('./primary.ts')).supervise(config);
  return (await import('./singleProcess.ts')).serveSingleProcess(config);
}

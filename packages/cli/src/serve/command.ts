import { readConfig, requireNode } from '@earshot/server/config';
import { Command } from 'commander';

/** The command line of `earshot serve`. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Run the server. All settings are optional environment variables.')
    .addHelpText('after', '\nREADME.md lists the settings. Ctrl-C or SIGTERM stops the server.')
    .action(serve);
}

/** Runs the server until a signal stops it: in this process, or in several workers that this process supervises. */
async function serve(): Promise<void> {
  requireNode();
  const config = readConfig();
  if (config.worker !== null) return (await import('./worker.ts')).serveAsWorker(config, config.worker);
  if (config.workers > 1) return (await import('./primary.ts')).supervise(config);
  return (await import('./run.ts')).serveSingleProcess(config);
}

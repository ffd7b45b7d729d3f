import type { Config } from '@earshot/server';
import { createLogger } from '@earshot/server/observe';
import { banner } from './banner.ts';
import { runUntilShutdown, startServer } from './run.ts';
import { shutdownSignal } from './shutdownSignal.ts';

/** Runs one server in this process. */
export async function serveSingleProcess(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  const server = await startServer(config, { log });
  process.stdout.write(banner(config, server.url));
  const shutdown = shutdownSignal(() => process.exit(1));
  await runUntilShutdown(shutdown, { server, log });
}

import { type Config, createLogger, type EarshotServer, type Logger } from '@earshot/server';
import { banner } from './banner.ts';
import { shutdownSignal, stopWithinMs } from './shutdownSignal.ts';
import { startServer } from './startServer.ts';

/** Runs one server in this process. */
export async function serveSingleProcess(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  const server = await startServer(config, { log });
  process.stdout.write(banner(config, server.url));
  const shutdown = shutdownSignal(() => process.exit(1));
  await runUntilShutdown(shutdown, { server, log });
}

/** Runs a server until the shutdown signal, then closes it within the time limit, or exits the process. */
export async function runUntilShutdown(
  shutdown: Promise<string>,
  { server, log }: { server: EarshotServer; log: Logger },
): Promise<void> {
  const signal = await shutdown;
  log.info({ signal }, 'stopping');
  setTimeout(() => {
    log.error('shutdown timed out; exiting the process');
    process.exit(1);
  }, stopWithinMs).unref();
  await server.close();
  log.info('stopped');
}

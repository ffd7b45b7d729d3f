import { type Config, createServer, type EarshotServer, type Logger, type ServerOptions } from '@earshot/server';
import { EarshotError } from '@earshot/shared';
import { StartError } from '../startError.ts';
import { stopWithinMs } from './shutdownSignal.ts';

/** Starts a server. Start errors name the setting to change. */
export async function startServer(config: Config, options: ServerOptions): Promise<EarshotServer> {
  return createServer(config, options).catch((error: unknown) => {
    throw explained(error, config);
  });
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

/** Doesn't quote the URI, which may contain a password. */
function explained(error: unknown, config: Config): unknown {
  const { store } = config;
  if (error instanceof Error && 'code' in error) {
    const { port, host, prefix } = addressOf(error, config);
    if (error.code === 'EADDRINUSE') return new StartError(`Port ${port} is taken. Set ${prefix}PORT to another one.`);
    if (error.code === 'EACCES')
      return new StartError(`Port ${port} may not be used. Set ${prefix}PORT to one above 1023.`);
    if (error.code === 'EADDRNOTAVAIL')
      return new StartError(`This machine has no address ${host}. Set ${prefix}HOST to one it has.`);
    if ('syscall' in error && error.syscall === 'getaddrinfo')
      return new StartError(`The name ${host} can’t be resolved. Set ${prefix}HOST to an address of this machine.`);
  }
  if (!(error instanceof EarshotError)) return error;
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return new StartError(
    store.kind === 'mongodb'
      ? `MongoDB can’t be used. Is it running, as a replica set, and is MONGODB_URI right? (${cause})`
      : `The folder ${store.dataDir} can’t be used: ${cause}. Set DATA_DIR to another one, which can be written.`,
  );
}

/** The address that could not be listened on. */
function addressOf(error: Error, { port, host, metricsAddress }: Config) {
  const isMetrics = metricsAddress !== null && 'port' in error && error.port === metricsAddress.port;
  return isMetrics && metricsAddress.port !== port
    ? { ...metricsAddress, prefix: 'METRICS_' }
    : { port, host, prefix: '' };
}

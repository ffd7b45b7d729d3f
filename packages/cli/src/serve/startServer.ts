import { type Config, createServer, type EarshotServer, type ServerOptions } from '@earshot/server';
import { type Logger, returnMemory } from '@earshot/server/observe';
import { EarshotError } from '@earshot/shared';
import { StartError } from '../startError.ts';

/** Starts the server of this process. Start errors name the setting to change. */
export async function startServer(config: Config, options: ServerOptions & { log: Logger }): Promise<EarshotServer> {
  const server = await createServer(config, options).catch((error: unknown) => {
    throw explained(error, config);
  });
  returnMemory({ sockets: () => server.stats().sockets, log: options.log });
  return server;
}

function explained(error: unknown, config: Config): unknown {
  if (error instanceof EarshotError) return storeProblem(error, config);
  if (error instanceof Error && 'code' in error) return listenProblem(error, config) ?? error;
  return error;
}

/** Doesn't quote the URI, which may contain a password. */
function storeProblem({ cause, message }: EarshotError, { store }: Config): StartError {
  const reason = cause instanceof Error ? cause.message : message;
  return new StartError(
    store.kind === 'mongodb'
      ? `MongoDB can’t be used. Check that it runs as a replica set, and that MONGODB_URI is right. (${reason})`
      : `The folder ${store.dataDir} can’t be used: ${reason}. Set DATA_DIR to another, writable folder.`,
  );
}

/** The error for an address that can't be listened on; undefined for other errors. */
function listenProblem(error: Error & { code: unknown }, config: Config): StartError | undefined {
  const { port, host, prefix } = addressOf(error, config);
  if (error.code === 'EADDRINUSE') return new StartError(`Port ${port} is in use. Set ${prefix}PORT to another port.`);
  if (error.code === 'EACCES')
    return new StartError(`Port ${port} is reserved for privileged users. Set ${prefix}PORT to a port above 1023.`);
  if (error.code === 'EADDRNOTAVAIL')
    return new StartError(`This machine has no address ${host}. Set ${prefix}HOST to an address of this machine.`);
  if ('syscall' in error && error.syscall === 'getaddrinfo')
    return new StartError(`The name ${host} can’t be resolved. Set ${prefix}HOST to an address of this machine.`);
  return undefined;
}

/** The address in the error, and the prefix of its settings. */
function addressOf(error: Error, { port, host, metricsAddress }: Config) {
  const isMetrics = metricsAddress !== null && 'port' in error && error.port === metricsAddress.port;
  return isMetrics && metricsAddress.port !== port
    ? { ...metricsAddress, prefix: 'METRICS_' }
    : { port, host, prefix: '' };
}

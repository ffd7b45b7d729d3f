import { EarshotError } from '@earshot/shared';
import { type Config, readConfig } from '../config.ts';
import { createServer, type EarshotServer } from '../createServer.ts';
import { createLogger } from '../observe/logger.ts';
import { StartError } from './startError.ts';

/** Milliseconds after which a server that can't stop is stopped. */
const stopWithinMs = 9_000;

/** Runs a server until a signal ends it. */
export async function serve(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const server = await createServer(config, { log }).catch((error: unknown) => {
    throw explained(error, config);
  });
  process.stdout.write(banner(config, server));

  const { promise: asked, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => resolve(signal));
  }
  const signal = await asked;
  log.info({ signal }, 'stopping');
  setTimeout(() => {
    log.error('could not stop in time; leaving');
    process.exit(1);
  }, stopWithinMs).unref();
  await server.close();
  log.info('stopped');
}

/** What stops a start, with the setting to look at. The URI itself may hold a password. */
function explained(error: unknown, { store, port, host }: Config): unknown {
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'EADDRINUSE') return new StartError(`Port ${port} is taken. Set PORT to another one.`);
    if (error.code === 'EACCES') return new StartError(`Port ${port} may not be used. Set PORT to one above 1023.`);
    if (error.code === 'EADDRNOTAVAIL')
      return new StartError(`This machine has no address ${host}. Set HOST to one it has.`);
  }
  if (!(error instanceof EarshotError)) return error;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const where =
    store.kind === 'mongodb'
      ? 'MongoDB can’t be used. Is it running, as a replica set, and is MONGODB_URI right?'
      : `The folder ${store.dataDir} can’t be used. Set DATA_DIR to one that can be written.`;
  return new StartError(`${where}${cause}`);
}

function banner({ store, broker, auth, host }: Config, { url }: EarshotServer): string {
  const open = host === '0.0.0.0' || host === '::';
  const where = {
    store: store.kind === 'sqlite' ? `SQLite in ${store.dataDir}` : `MongoDB, database ${store.database}`,
    broker: broker.kind === 'local' ? 'in this process' : 'Redis',
    auth: auth.mode === 'open' ? 'open (a name is enough)' : 'tokens are checked (jwt)',
  };
  return [
    `Earshot listens on ${url}${open ? ' and every other address of this machine' : ''}`,
    `  store   ${where.store}`,
    `  broker  ${where.broker}`,
    `  auth    ${where.auth}${auth.allowGuests ? ', guests welcome' : ''}`,
    ...(open && auth.mode === 'open'
      ? ['  Whoever reaches this machine can take any name: set JWT_SECRET or JWKS_URL.']
      : []),
    '',
  ].join('\n');
}

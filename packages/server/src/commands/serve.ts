import { EarshotError } from '@earshot/shared';
import { type Config, readConfig } from '../config.ts';
import { createServer, type EarshotServer } from '../createServer.ts';
import { createLogger } from '../observe/logger.ts';

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
function explained(error: unknown, { store }: Config): unknown {
  if (!(error instanceof EarshotError)) return error;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const where =
    store.kind === 'mongodb'
      ? 'MongoDB can’t be used. Is it running, as a replica set, and is MONGODB_URI right?'
      : `The folder ${store.dataDir} can’t be used. Set DATA_DIR to one that can be written.`;
  return new EarshotError(error.code, { message: `${where}${cause}`, cause: error });
}

function banner({ store, broker, auth }: Config, { url }: EarshotServer): string {
  const where = {
    store: store.kind === 'sqlite' ? `SQLite in ${store.dataDir}` : `MongoDB, database ${store.database}`,
    broker: broker.kind === 'local' ? 'in this process' : 'Redis',
    auth: auth.mode === 'open' ? 'open (a name is enough)' : 'tokens are checked (jwt)',
  };
  return [
    `Earshot listens on ${url}`,
    `  store   ${where.store}`,
    `  broker  ${where.broker}`,
    `  auth    ${where.auth}${auth.allowGuests ? ', guests welcome' : ''}`,
    '',
  ].join('\n');
}

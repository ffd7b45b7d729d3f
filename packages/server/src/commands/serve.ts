import { type Config, readConfig } from '../config.ts';
import { createServer, type EarshotServer } from '../createServer.ts';
import { createLogger } from '../observe/logger.ts';

/** Milliseconds after which a server that can't stop is stopped. */
const stopWithinMs = 9_000;

/** Runs a server until a signal ends it. */
export async function serve(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const server = await createServer(config, { log });
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

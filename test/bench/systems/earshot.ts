import path from 'node:path';
import { newId } from '@earshot/shared';
import { dropDatabase } from './dropDatabase.ts';
import type { Services } from './services.ts';
import type { SystemSpec } from './system.ts';
import { temporaryFolder } from './temporaryFolder.ts';

type Store = 'SQLite' | 'MongoDB';

/** The command that the documentation recommends. */
const command = [
  '--max-semi-space-size=32',
  path.resolve(import.meta.dirname, '../../../packages/cli/src/main.ts'),
  'serve',
];

/** Lifts the limits per client, because the generator is all clients in one. */
const limits = {
  SEND_RATE: '0',
  ROOM_CAPACITY: '0',
  SOCKETS_PER_ADDRESS: '0',
  WATCHES_PER_SOCKET: '0',
};
const quiet = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', ALLOW_OPEN_AUTH: 'true' };

/** One instance, as users start it: every message is stored durably before it is delivered. */
export function earshot(store: Store = 'SQLite', title = 'Earshot'): SystemSpec {
  return {
    title,
    protocol: 'trpc',
    launch: async (services, stack) => ({
      args: command,
      env: { ...quiet, ...limits, ...(await (store === 'SQLite' ? sqlite(stack) : mongodb(services, stack))) },
    }),
  };
}

/** Several instances, or workers of one, on MongoDB and Redis. */
export function earshotCluster(options: { title: string; instances?: number; workers?: number }): SystemSpec {
  const { title, instances = 1, workers = 1 } = options;
  return {
    title,
    protocol: 'trpc',
    launch: async (services, stack) => ({
      args: command,
      env: {
        ...quiet,
        ...limits,
        ...(await mongodb(services, stack)),
        REDIS_URL: await services.redis(),
        ...(workers > 1 && { WORKERS: String(workers) }),
      },
      instances,
    }),
  };
}

function sqlite(stack: AsyncDisposableStack) {
  return { DATA_DIR: stack.use(temporaryFolder()).path };
}

async function mongodb(services: Services, stack: AsyncDisposableStack) {
  const uri = await services.mongodb();
  const database = `bench_${newId()}`;
  stack.defer(() => dropDatabase(uri, database));
  return { MONGODB_URI: uri, MONGODB_DB: database };
}

import path from 'node:path';
import { checkedTokens } from '../../resources/tokens.ts';
import { freshDatabase } from './freshDatabase.ts';
import type { LaunchContext, SystemSpec } from './system.ts';
import { temporaryFolder } from './temporaryFolder.ts';

type Store = 'SQLite' | 'MongoDB';

/** The command that the documentation recommends. */
const commandIn = (checkout: string) => [
  '--max-semi-space-size=32',
  path.resolve(checkout, 'packages/cli/src/main.ts'),
  'serve',
];

/** Lifts the limits per client, because the generator is all clients in one. */
const limits = {
  SEND_RATE: '0',
  ROOM_CAPACITY: '0',
  SOCKETS_PER_ADDRESS: '0',
  WATCHES_PER_SOCKET: '0',
};
const quiet = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error' };
const openAuth = { ALLOW_OPEN_AUTH: 'true' };

/** One instance, as users start it: every message is stored durably before it is delivered. */
export function earshot(store: Store = 'SQLite', title = 'Earshot'): SystemSpec {
  return {
    title,
    protocol: 'trpc',
    launch: async (context) => ({
      args: commandIn(context.checkout),
      env: {
        ...quiet,
        ...openAuth,
        ...limits,
        ...(await (store === 'SQLite' ? sqlite(context) : freshDatabase(context))),
      },
    }),
  };
}

/** One instance on SQLite, whose users have tokens, signed with HS256. */
export const earshotWithTokens: SystemSpec = {
  title: 'Earshot',
  protocol: 'trpcWithTokens',
  launch: async (context) => ({
    args: commandIn(context.checkout),
    env: { ...quiet, ...checkedTokens, ...limits, ...sqlite(context) },
  }),
};

/** Several instances, or workers of one, on MongoDB and Redis. */
export function earshotCluster(options: { title: string; instances?: number; workers?: number }): SystemSpec {
  const { title, instances = 1, workers = 1 } = options;
  return {
    title,
    protocol: 'trpc',
    hasSharedDatabases: true,
    launch: async (context) => ({
      args: commandIn(context.checkout),
      env: {
        ...quiet,
        ...openAuth,
        ...limits,
        ...(await freshDatabase(context)),
        REDIS_URL: await context.services.redis(),
        ...(workers > 1 && { WORKERS: String(workers) }),
      },
      instances,
    }),
  };
}

function sqlite({ stack }: LaunchContext) {
  return { DATA_DIR: stack.use(temporaryFolder()).path };
}

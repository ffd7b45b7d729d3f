import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDatabase } from './freshDatabase.ts';
import type { SystemSpec } from './system.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** Alternatives to Earshot, each as its own documentation shows it, in its own process. */

const scripts = {
  trpc: fileURLToPath(import.meta.resolve('../peers/trpc.ts')),
  socketIo: fileURLToPath(import.meta.resolve('../peers/socketIo.ts')),
  bareWs: fileURLToPath(import.meta.resolve('../peers/bareWs.ts')),
};

export const stockTrpc: SystemSpec = {
  title: 'stock tRPC',
  protocol: 'trpc',
  launch: async () => ({ args: [scripts.trpc], env: {} }),
};

/** The same as `spec`, but each message is inserted into MongoDB before it is delivered and acknowledged. */
function storing(spec: SystemSpec): SystemSpec {
  return {
    ...spec,
    title: `${spec.title} + insertOne`,
    launch: async (context) => {
      const { env, ...launch } = await spec.launch(context);
      return { ...launch, env: { ...env, ...(await freshDatabase(context)) } };
    },
  };
}

export const socketIo: SystemSpec = socketIoOf(1);

export function socketIoOf(instances: number): SystemSpec {
  return {
    title: 'Socket.IO',
    protocol: 'socketIo',
    launch: async ({ services }) => ({
      args: [scripts.socketIo],
      env: { REDIS_URL: await services.redis() },
      instances,
    }),
  };
}

export const storingPeers: readonly SystemSpec[] = [storing(socketIo), storing(stockTrpc)];

export const bareWs: SystemSpec = {
  title: 'bare ws loop',
  protocol: 'bareWs',
  launch: async () => ({ args: [scripts.bareWs], env: {} }),
};

/** The least that a server does for a durable send. */
export const storingWs: SystemSpec = storing(bareWs);

/** Measures the latency with one disk flush per message, without Earshot's own costs. */
export const flushedWs: SystemSpec = {
  title: 'ws loop, each message flushed',
  protocol: 'bareWs',
  launch: async ({ stack }) => ({
    args: [scripts.bareWs],
    env: { LOG_FILE: join(stack.use(temporaryFolder()).path, 'log') },
  }),
};

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SystemSpec } from './system.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** Alternatives to Earshot, each as its own documentation shows it, in its own process. Only the last one stores messages. */

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

export const socketIo: SystemSpec = socketIoOf(1);

export function socketIoOf(instances: number): SystemSpec {
  return {
    title: 'Socket.IO',
    protocol: 'socketIo',
    launch: async (services) => ({
      args: [scripts.socketIo],
      env: { REDIS_URL: await services.redis() },
      instances,
    }),
  };
}

export const bareWs: SystemSpec = {
  title: 'bare ws loop',
  protocol: 'bareWs',
  launch: async () => ({ args: [scripts.bareWs], env: {} }),
};

/** Measures the latency with one disk flush per message, without Earshot's own costs. */
export const flushedWs: SystemSpec = {
  title: 'ws loop, each message flushed',
  protocol: 'bareWs',
  launch: async (_services, stack) => ({
    args: [scripts.bareWs],
    env: { LOG_FILE: join(stack.use(temporaryFolder()).path, 'log') },
  }),
};

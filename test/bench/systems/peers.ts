import { peerScript, type SystemSpec } from './system.ts';

/** What others would build with, each as its own documentation shows it, in its own process. None of them stores anything. */

export const stockTrpc: SystemSpec = {
  title: 'stock tRPC',
  dialect: 'trpc',
  launch: async () => ({ args: [peerScript('trpc')], env: {} }),
};

export const socketIo: SystemSpec = socketIoOf(1);

export function socketIoOf(instances: number): SystemSpec {
  return {
    title: 'Socket.IO',
    dialect: 'socketIo',
    launch: async (services) => ({
      args: [peerScript('socketIo')],
      env: { REDIS_URL: await services.redis() },
      instances,
    }),
  };
}

export const bareWs: SystemSpec = {
  title: 'bare ws loop',
  dialect: 'bareWs',
  launch: async () => ({ args: [peerScript('bareWs')], env: {} }),
};

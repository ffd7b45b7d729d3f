import { Redis } from 'ioredis';
import { findBinary } from './binaries.ts';
import { freePort, type Service, startService } from './service.ts';

/** Starts a separate Valkey (or Redis). It saves nothing: after `stop` or `kill`, `start` brings it back empty. */
export async function startRedis(options: { port?: number | undefined } = {}): Promise<Service> {
  const binary = await findBinary('redis');
  const port = options.port ?? (await freePort());
  return startService({
    binary,
    url: `redis://127.0.0.1:${port}`,
    args: (folder) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--logfile', `${folder}/log`],
      ...['--save', '', '--appendonly', 'no'],
    ],
    untilReady: (signal) => untilAnswering(port, signal),
  });
}

async function untilAnswering(port: number, signal: AbortSignal): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {}); // refused until it listens
  signal.addEventListener('abort', () => client.disconnect());
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
}

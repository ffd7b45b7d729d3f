import cluster, { type Worker } from 'node:cluster';
import type { Config, EarshotServer } from '@earshot/server';
import { createLogger, createMetrics, type Metrics } from '@earshot/server/observe';
import { StartError } from '../startError.ts';
import { MetricsIpc, send } from './metricsIpc.ts';
import { runUntilShutdown } from './run.ts';
import { startServer } from './startServer.ts';

/** Milliseconds to wait for the primary's answer. The primary waits less for other workers. */
const timeoutMs = 3_000;

/** Runs the server in this process, on the port shared with the primary's other workers. */
export async function serveAsWorker(config: Config, number: number): Promise<void> {
  const self = cluster.worker;
  if (self === undefined)
    throw new StartError('EARSHOT_WORKER is internal: unset it. WORKERS sets the number of processes.');
  let server: EarshotServer | undefined;
  const shutdown = untilDisconnected(self);
  void shutdown.then(() => server ?? process.exit()); // there are no clients yet to disconnect

  const log = createLogger(config.logLevel).child({ worker: number });
  try {
    server = await startServer(config, { log, metrics: sharedMetrics(self, number) });
  } catch (error) {
    send(self, { type: 'failed', reason: reasonOf(error) });
    process.exitCode = 1;
    process.disconnect();
    return;
  }
  send(self, { type: 'ready', url: server.url });
  await runUntilShutdown(shutdown, { server, log });
  if (process.connected) process.disconnect(); // the IPC channel keeps the process alive
}

/**
 * Resolves when the primary disconnects this worker or dies: both close the IPC channel. SIGTERM ends a single worker. The
 * terminal sends Ctrl-C to all processes, but only the primary handles it.
 */
function untilDisconnected(self: Worker): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => resolve('SIGTERM'));
  self.on('error', () => {}); // a message to the primary failed; `disconnect` below reports that it is gone
  self.on('disconnect', () => {
    self.exitedAfterDisconnect = true; // otherwise Node.js exits the process immediately
    resolve('disconnect');
  });
  return promise;
}

function sharedMetrics(self: Worker, number: number): Metrics {
  const gather = async () => {
    const all = await ipc.request();
    return all.length > 0 ? all : [await own.snapshot()];
  };
  const own = createMetrics({ number, gather });
  const ipc = new MetricsIpc(self, { timeoutMs, answer: async () => [await own.snapshot()] });
  return own;
}

function reasonOf(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}

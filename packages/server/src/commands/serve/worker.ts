import cluster, { type Worker } from 'node:cluster';
import type { Config } from '../../config.ts';
import type { EarshotServer } from '../../createServer.ts';
import { createLogger } from '../../observe/logger.ts';
import { createMetrics, type Metrics } from '../../observe/metrics.ts';
import { StartError } from '../startError.ts';
import { MetricsIpc, send } from './metricsIpc.ts';
import { runUntilShutdown, startServer } from './run.ts';

/** Milliseconds within which the primary answers: it waits shorter for other workers. */
const timeoutMs = 3_000;

/** The server in this process, on the port it shares with other workers of the same primary. */
export async function serveAsWorker(config: Config, number: number): Promise<void> {
  const self = cluster.worker;
  if (self === undefined) throw new StartError('EARSHOT_WORKER is no setting: use WORKERS, and leave it out.');
  let server: EarshotServer | undefined;
  const shutdown = untilDisconnected(self);
  void shutdown.then(() => server ?? process.exit()); // there is nobody yet to take leave of

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
  if (process.connected) process.disconnect(); // it keeps the process alive
}

/**
 * Resolves when the primary lets go of this worker or is dead, whichever way it died: both close the line. SIGTERM ends
 * a single worker. Ctrl-C is the primary's to answer, though the terminal sends it to all.
 */
function untilDisconnected(self: Worker): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => resolve('SIGTERM'));
  self.on('error', () => {}); // something could not be said to the primary any more; that it has gone is heard below
  self.on('disconnect', () => {
    self.exitedAfterDisconnect = true; // else Node ends the process on the spot
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

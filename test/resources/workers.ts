import { type EarshotProcess, startProcess } from './process.ts';
import { clusterSettings } from './server.ts';
import { type Identity, type StockClient, stockClient } from './stockClient.ts';

export interface WorkersProcess extends EarshotProcess {
  /** The workers' process ids from the banner, worker 1 first. */
  readonly pids: readonly number[];
}

/** Starts `earshot serve` with several workers, on a separate database. */
export async function startWorkers(env: Record<string, string> = {}): Promise<WorkersProcess> {
  const earshot = await startProcess({ ...clusterSettings(), WORKERS: '2', SEND_RATE: '0', ...env });
  const [, listed = ''] = /workers \d+ \(processes (.*)\)/.exec(await earshot.until(/workers .*\n/)) ?? [];
  return Object.assign(earshot, { pids: listed.split(', ').map(Number) });
}

/** The number of WebSockets of each worker, worker 1 first. */
export async function socketsOf(url: string): Promise<number[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^earshot_sockets\{worker="\d+"\} (\d+)$/gm)].map(([, sockets]) => Number(sockets));
}

/** Connects a client to a given worker. A client can't choose its worker, so this retries until it has the right one. */
export async function connectTo(url: string, worker: number, identity: Identity): Promise<StockClient> {
  for (;;) {
    const before = await socketsOf(url);
    const client = stockClient(url, identity);
    await client.api.rooms.nearby.query({ location: { latitude: 0, longitude: 0 }, radius: 100 });
    const after = await socketsOf(url);
    if ((after[worker - 1] ?? 0) > (before[worker - 1] ?? 0)) return client;
    await client.close();
  }
}

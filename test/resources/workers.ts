import { type EarshotProcess, startProcess } from './process.ts';
import { clusterSettings } from './server.ts';
import { type Identity, type StockClient, stockClient } from './stockClient.ts';

export interface WorkersProcess extends EarshotProcess {
  /** The workers' process ids as the banner tells them: worker 1's first. */
  readonly pids: readonly number[];
}

/** Starts `earshot serve` with several workers, on a database of their own. */
export async function startWorkers(env: Record<string, string> = {}): Promise<WorkersProcess> {
  const earshot = await startProcess({ ...clusterSettings(), WORKERS: '2', SEND_RATE: '0', ...env });
  const [, listed = ''] = /workers \d+ \(processes (.*)\)/.exec(await earshot.until(/workers .*\n/)) ?? [];
  return Object.assign(earshot, { pids: listed.split(', ').map(Number) });
}

/** How many WebSockets each worker holds, worker 1 first. */
export async function socketsOf(url: string): Promise<number[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^earshot_sockets\{worker="\d+"\} (\d+)$/gm)].map(([, sockets]) => Number(sockets));
}

/** Connects a client to that worker: nobody can choose one, so it tries until it has it. */
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

import { setTimeout as delay } from 'node:timers/promises';
import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { findBinary } from './binaries.ts';
import { freePort, type Service, startService } from './service.ts';

/** Starts a separate MongoDB: a replica set with one member, because transactions and majority reads need one. */
export async function startMongod(options: { port?: number | undefined } = {}): Promise<Service> {
  const binary = await findBinary('mongod');
  const port = options.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  return startService({
    binary,
    url: `mongodb://${address}/?replicaSet=earshot`,
    args: (folder) => mongodArgs(port, folder),
    untilReady: (signal) => untilPrimary(address, signal),
  });
}

/** Starts a replica set of three; its URL names all of them. */
export async function startReplicaSet(): Promise<AsyncDisposable & { url: string }> {
  await using stack = new AsyncDisposableStack();
  const binary = await findBinary('mongod');
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const hosts = ports.map((port) => `127.0.0.1:${port}`);
  const starts = ports.map(async (port) => {
    const address = `127.0.0.1:${port}`;
    const started = startService({
      ...{ binary, url: `mongodb://${address}`, args: (folder) => mongodArgs(port, folder) },
      untilReady: async () => {
        await using client = new MongoClient(`mongodb://${address}/?directConnection=true`);
        await client.db('admin').command({ ping: 1 });
      },
    });
    stack.use(await started);
  });
  await Promise.all(starts);
  await using client = new MongoClient(`mongodb://${hosts[0]}/?directConnection=true`);
  await initiate(client.db('admin'), hosts);
  const url = `mongodb://${hosts.join(',')}/?replicaSet=earshot`;
  await using set = new MongoClient(url, { serverSelectionTimeoutMS: 30_000 });
  await set.db('admin').command({ ping: 1 }); // waits for a primary
  const owned = stack.move();
  return { url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const mongodArgs = (port: number, folder: string) => [
  ...['--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--replSet', 'earshot'],
  ...['--dbpath', folder, '--logpath', `${folder}/log`, '--logappend'],
  ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '128'],
  ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  // Each test has a database, each collection and index is a file, and there are more of them than a process may open.
  ...['--setParameter', 'wiredTigerFileHandleCloseIdleTime=20'],
  ...['--setParameter', 'wiredTigerFileHandleCloseScanInterval=5'],
  ...['--setParameter', 'wiredTigerFileHandleCloseMinimum=500'],
];

async function untilPrimary(address: string, signal: AbortSignal): Promise<void> {
  await using client = new MongoClient(`mongodb://${address}/?directConnection=true`, {
    serverSelectionTimeoutMS: 30_000,
  });
  const admin = client.db('admin');
  await initiate(admin, [address]);
  for (;;) {
    signal.throwIfAborted();
    const { isWritablePrimary } = await admin.command({ hello: 1 });
    if (isWritablePrimary) return;
    await delay(20);
  }
}

async function initiate(admin: Db, hosts: readonly string[]): Promise<void> {
  const members = hosts.map((host, _id) => ({ _id, host }));
  // Several members elect a primary only after this time, by default 10 s.
  const config = { _id: 'earshot', members, settings: { electionTimeoutMillis: 1_000 } };
  try {
    await admin.command({ replSetInitiate: config });
  } catch (error) {
    // This is a restart: the set was initiated before.
    if (!(error instanceof MongoServerError && error.codeName === 'AlreadyInitialized')) throw error;
  }
}

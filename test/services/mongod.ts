import { setTimeout as delay } from 'node:timers/promises';
import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { findBinary } from './binaries.ts';
import { freePort, type Service, startService } from './service.ts';

/** Starts a MongoDB of its own: a replica set with one member, because transactions and majority reads need one. */
export async function startMongod(options: { port?: number | undefined } = {}): Promise<Service> {
  const binary = await findBinary('mongod');
  const port = options.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  return startService({
    binary,
    url: `mongodb://${address}/?replicaSet=earshot`,
    args: (folder) => [
      ...['--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--replSet', 'earshot'],
      ...['--dbpath', folder, '--logpath', `${folder}/log`, '--logappend'],
      ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '128'],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ],
    untilReady: (signal) => untilPrimary(address, signal),
  });
}

async function untilPrimary(address: string, signal: AbortSignal): Promise<void> {
  await using client = new MongoClient(`mongodb://${address}/?directConnection=true`, {
    serverSelectionTimeoutMS: 30_000,
  });
  const admin = client.db('admin');
  await initiate(admin, address);
  for (;;) {
    signal.throwIfAborted();
    const { isWritablePrimary } = await admin.command({ hello: 1 });
    if (isWritablePrimary) return;
    await delay(20);
  }
}

async function initiate(admin: Db, address: string): Promise<void> {
  const config = { _id: 'earshot', members: [{ _id: 0, host: address }] };
  try {
    await admin.command({ replSetInitiate: config });
  } catch (error) {
    // Done before: this is a restart.
    if (!(error instanceof MongoServerError && error.codeName === 'AlreadyInitialized')) throw error;
  }
}

import { dirname } from 'node:path';
import { inject } from 'vitest';
import { type Deployment, startServer } from './server.ts';
import { mongoSite, sqliteSite } from './stores.ts';

const day = 24 * 60 * 60_000;

export interface ClockedServers extends Deployment {
  /** The clock of the stores, and by which messages expire. It only goes forward. */
  clock: { days: number };
  /** The folder of the file; null on MongoDB. */
  folder: string | null;
}

interface Options {
  env: Record<string, string>;
  /** Whether expired messages are deleted. They are hidden in any case. */
  deletes: boolean;
}

/** The embedded server, or two instances on MongoDB and Redis, with a clock that tests set. */
export async function startClocked(kind: 'sqlite' | 'mongodb', { env, deletes }: Options): Promise<ClockedServers> {
  await using stack = new AsyncDisposableStack();
  const site = stack.use(kind === 'sqlite' ? await sqliteSite() : await mongoSite());
  const { spec } = site;
  const clock = { days: 0 };
  const read = () => Date.now() + clock.days * day;
  const often = { pollMs: 200, pauseMs: 0, idlePauseMs: 0, settleMs: 0, ownTimesMs: 0, allRoomsMs: 0 };
  const expiry = { clock: read, ...(deletes ? often : { pollMs: 2 ** 30 }) };
  const settings =
    spec.kind === 'sqlite'
      ? { DATA_DIR: dirname(spec.file) }
      : { MONGODB_URI: spec.uri, MONGODB_DB: spec.database, REDIS_URL: inject('redisUrl') };
  const start = async () =>
    stack.use(await startServer({ env: { ...settings, ...env }, expiry, drivers: { store: await site.open(read) } }));
  const a = await start();
  const b = kind === 'sqlite' ? a : await start();
  const held = stack.move();
  const folder = spec.kind === 'sqlite' ? dirname(spec.file) : null;
  return { a, b, clock, folder, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

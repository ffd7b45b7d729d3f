import { fileURLToPath } from 'node:url';
import { createLogger, openStore, readConfig } from '@earshot/server';
import { askChild, startChild } from '../child.ts';
import type { StoreKind } from '../city/options.ts';
import { filledMongo } from '../systems/filledMongo.ts';
import type { Services } from '../systems/services.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import type { CallerOptions } from './calls/tools.ts';
import type { Figures, ServerTask } from './dataServer.ts';
import { dataSet } from './dataSet.ts';
import { fillModeration } from './fillModeration.ts';
import { fillMongo } from './fillMongo.ts';
import { fillSqlite } from './fillSqlite.ts';
import { mongoSizes, type PartSize, sqliteSizes } from './sizes.ts';

export interface DataDeployment extends AsyncDisposable {
  readonly started: StartFigures;
  /** `databaseCpu`: microseconds of CPU time of mongod during the task; 0 without it. */
  ask(task: ServerTask): Promise<Figures & { databaseCpu: number }>;
  /** The tables and indexes, the largest first. */
  sizes(): Promise<PartSize[]>;
}

export interface StartFigures {
  /** Milliseconds until the server listened. */
  startMs: number;
  /** Microseconds of CPU time until then. */
  startCpu: number;
  /** MB of memory after it. */
  memory: number;
}

/** Fills a store and starts a server on it. */
export async function openDeployment(services: Services, kind: StoreKind, scale: number): Promise<DataDeployment> {
  await using stack = new AsyncDisposableStack();
  const data = dataSet(scale);
  const { settings, databaseCpu, sizes } = await (kind === 'sqlite' ? sqlite() : mongodb());
  const store = await openStore(readConfig({ ...settings, ALLOW_OPEN_AUTH: 'true' }).store, createLogger('silent'));
  await fillModeration(store, data, scale);
  await store.close();
  const options: Omit<CallerOptions, 'url'> = { ...data.sample, people: data.people };
  const script = fileURLToPath(import.meta.resolve('./dataServer.ts'));
  const args = ['--max-semi-space-size=32', script, JSON.stringify(settings), JSON.stringify(options)];
  const child = stack.use(startChild(args));
  const started: StartFigures = JSON.parse(await child.printed(/started (.+)\n/));
  const held = stack.move();
  const ask = async (task: ServerTask) => {
    const before = await databaseCpu();
    const figures = await askChild<Figures>(child, task);
    return { ...figures, databaseCpu: (await databaseCpu()) - before };
  };
  return { started, ask, sizes, [Symbol.asyncDispose]: () => held.disposeAsync() };

  async function sqlite() {
    const { path } = stack.use(temporaryFolder());
    await fillSqlite(path, data);
    return { settings: { DATA_DIR: path }, databaseCpu: async () => 0, sizes: async () => sqliteSizes(path) };
  }

  async function mongodb() {
    const { location, db, settings, databaseCpu } = await filledMongo({ services, stack });
    await fillMongo(location, data);
    return { settings, databaseCpu, sizes: () => mongoSizes(db) };
  }
}

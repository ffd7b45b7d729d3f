import { fileURLToPath } from 'node:url';
import { createLogger, openStore, readConfig } from '@earshot/server';
import { askChild, startChild } from '../child.ts';
import type { StoreKind } from '../city/options.ts';
import { filledMongo } from '../systems/filledMongo.ts';
import type { Services } from '../systems/services.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import type { CallerOptions } from './calls/tools.ts';
import type { Figures, ServerTask } from './dataServer.ts';
import { atFullScale, dataSet } from './dataSet.ts';
import { fillModeration } from './fillModeration.ts';
import { fillMongo } from './fillMongo.ts';
import { withProgress } from './fillProgress.ts';
import { fillSqlite } from './fillSqlite.ts';
import { copyKeptData, fillKeptDatabase } from './keptData.ts';
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
  /** Microseconds of CPU time of mongod. */
  databaseCpu: number;
}

interface DeploymentOptions {
  services: Services;
  kind: StoreKind;
  scale: number;
  /** See `DataOptions`. */
  keep: string | null;
}

/** Fills a store and starts a server on it. */
export async function openDeployment({ services, kind, scale, keep }: DeploymentOptions): Promise<DataDeployment> {
  await using stack = new AsyncDisposableStack();
  const data = dataSet(scale);
  const filling = withProgress(data, (messages) => {
    const total = Math.round(atFullScale.messages * scale);
    process.stderr.write(`${kind}: ${messages.toLocaleString('en')} of about ${total.toLocaleString('en')} messages\n`);
  });
  const { settings, databaseCpu, sizes } = await (kind === 'sqlite' ? sqlite() : mongodb());
  const options: Omit<CallerOptions, 'url'> = data.sample;
  const script = fileURLToPath(import.meta.resolve('./dataServer.ts'));
  const args = ['--max-semi-space-size=32', script, JSON.stringify(settings), JSON.stringify(options)];
  const cpuBefore = await databaseCpu();
  const child = stack.use(startChild(args));
  const printed: Omit<StartFigures, 'databaseCpu'> = JSON.parse(await child.printed(/started (.+)\n/));
  const started: StartFigures = { ...printed, databaseCpu: (await databaseCpu()) - cpuBefore };
  const held = stack.move();
  const ask = async (task: ServerTask) => {
    const before = await databaseCpu();
    const figures = await askChild<Figures>(child, task);
    return { ...figures, databaseCpu: (await databaseCpu()) - before };
  };
  return { started, ask, sizes, [Symbol.asyncDispose]: () => held.disposeAsync() };

  async function sqlite() {
    const { path } = stack.use(temporaryFolder());
    const fill = async (folder: string) => {
      await fillSqlite(folder, filling);
      await fillRest({ DATA_DIR: folder });
    };
    if (keep === null) await fill(path);
    else await copyKeptData({ keep, name: `sqlite ${scale}`, target: path }, fill);
    return { settings: { DATA_DIR: path }, databaseCpu: async () => 0, sizes: async () => sqliteSizes(path) };
  }

  async function mongodb() {
    const keptName = keep === null ? undefined : `bench_data_${String(scale).replace('.', '_')}`;
    const { location, db, settings, databaseCpu } = await filledMongo({ services, stack }, keptName);
    const fill = async () => {
      await fillMongo(location, filling);
      await fillRest(settings);
    };
    if (keptName === undefined) await fill();
    else stack.use(await fillKeptDatabase(db, fill));
    return { settings, databaseCpu, sizes: () => mongoSizes(db) };
  }

  async function fillRest(settings: Record<string, string>): Promise<void> {
    const store = await openStore(readConfig({ ...settings, ALLOW_OPEN_AUTH: 'true' }).store, createLogger('silent'));
    await fillModeration(store, data, {
      scale,
      report: (what, done) => process.stderr.write(`${kind}: ${done.toLocaleString('en')} ${what}\n`),
    });
    await store.close();
  }
}

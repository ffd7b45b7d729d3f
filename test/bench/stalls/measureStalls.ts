import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createLogger, createPresence, createServer, openStore, readConfig } from '@earshot/server';
import { newId } from '@earshot/shared';
import { removeIdleRooms } from '../../../packages/server/src/domain/removeIdleRooms.ts';
import { isChosen, refuseUnmatched } from '../../resources/commandLine.ts';
import { leavesOutLine } from '../leavesOut.ts';
import { dropDatabase } from '../systems/dropDatabase.ts';
import { Services } from '../systems/services.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import { hardRooms } from './data.ts';
import { fillMongo } from './fillMongo.ts';
import { fillSqlite } from './fillSqlite.ts';
import { BlockingMeter, type Measurement, pause } from './measure.ts';
import type { StallOptions } from './options.ts';

/** Calls before the measured ones, because code that is not compiled yet takes longer. */
const warmUp = 3;
const note = (step: string) => process.stderr.write(`${step} after ${Math.round(performance.now() / 1_000)} s\n`);

interface Bench {
  options: StallOptions;
  meter: BlockingMeter;
  /** Makes the call whose name it receives. */
  caller: Worker;
}

type Jobs = Record<string, () => Promise<unknown>>;

/**
 * Measures how long each call blocks the event loop, with much data, and prints a table. The server is in this process, its clients
 * are on another thread and in another process. docs/call-costs.md explains the table.
 */
export async function measureStalls(options: StallOptions): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { settings, others } = await (options.store === 'mongodb' ? mongodb : sqlite)(stack, options);
  note('filled');
  const config = readConfig({
    ...{ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', ALLOW_OPEN_AUTH: 'true' },
    ...{ SEND_RATE: '0', CALL_RATE: '0', ROOM_CAPACITY: '0', SOCKETS_PER_ADDRESS: '0', WATCHES_PER_SOCKET: '0' },
    USERS_PER_ADDRESS: '0',
    ...settings,
  });
  const log = createLogger('error');
  const store = await openStore(config.store, log);
  const presence = await createPresence(config.broker, log);
  const server = await createServer(config, { log, drivers: { store, presence } });
  stack.defer(() => server.close());

  const crowd = fork(new URL('crowd.ts', import.meta.url));
  stack.defer(() => void crowd.kill());
  crowd.send({ url: server.url, roomId: hardRooms.crowd, count: options.size.members });
  await once(crowd, 'message');
  note(`${options.size.members} members present`);
  const watched = others.slice(0, options.watched);
  const caller = new Worker(new URL('caller.ts', import.meta.url), {
    workerData: { url: server.url, rooms: hardRooms, watched },
  });
  stack.defer(async () => void (await caller.terminate()));
  const [{ ready }] = await once(caller, 'message');
  const names: string[] = ready;
  note('ready');

  using meter = stack.use(new BlockingMeter());
  const cleaned = { store, presence, hub: { publish: async () => {} }, nearby: { invalidate() {} } };
  const jobs: Jobs = {
    'forgetting all locations': () => store.forgetLocations(new Date(Date.now() + day)),
    'removing a tenth of all rooms': () =>
      removeIdleRooms(cleaned, { roomTtlMs: null, now: new Date(Date.now() + 2 * day) }),
    'all present vanish at once': async () => {
      crowd.send('vanish');
      await pause(10_000);
    },
  };
  refuseUnmatched(options.only, [...names, ...Object.keys(jobs)], 'call or job');
  process.stdout.write(`${'call'.padEnd(44)}${['first', 'min', 'median', 'max', 'CPU (ms)'].map(column).join('')}\n`);
  const bench = { options, meter, caller };
  for (const name of names.filter((one) => isChosen(options.only, one))) await measureCall(bench, name);
  await measureJobs(bench, jobs);
  process.stdout.write(leavesOutLine('stalls'));
}

const day = 24 * 60 * 60 * 1_000;
const column = (text: string) => text.padStart(10);
const figure = (value: number | undefined) => column((value ?? 0).toFixed(1));

async function measureCall({ options, meter, caller }: Bench, name: string): Promise<void> {
  const runs: Measurement[] = [];
  let problem = '';
  for (let n = 0; n < warmUp + options.repeats; n += 1) {
    const run = await meter.measure(async () => {
      caller.postMessage(name);
      const [{ failed }] = await once(caller, 'message');
      problem = failed ?? problem;
    });
    runs.push(run);
  }
  show(name, runs, problem);
}

function show(name: string, [first, ...runs]: Measurement[], problem = ''): void {
  const later = runs.slice(warmUp - 1);
  const holds = later.map(({ hold }) => hold).sort((a, b) => a - b);
  const cpus = later.map(({ cpu }) => cpu).sort((a, b) => a - b);
  const middle = later.length >> 1;
  const figures = [first?.hold, holds[0], holds[middle], holds.at(-1), cpus[0]];
  process.stdout.write(`${name.padEnd(44)}${figures.map(figure).join('')}  ${problem}\n`);
}

/** Measures each background job of a server once. */
async function measureJobs({ options, meter }: Bench, jobs: Jobs): Promise<void> {
  for (const [name, job] of Object.entries(jobs)) {
    if (!isChosen(options.only, name)) continue;
    const { hold, cpu } = await meter.measure(job);
    process.stdout.write(`${name.padEnd(44)}${[hold, hold, hold, hold, cpu].map(figure).join('')}\n`);
  }
}

async function sqlite(stack: AsyncDisposableStack, { size }: StallOptions) {
  const { path } = stack.use(temporaryFolder());
  return { settings: { DATA_DIR: path }, others: await fillSqlite(path, size) };
}

async function mongodb(stack: AsyncDisposableStack, { size }: StallOptions) {
  const services = stack.use(new Services());
  const [uri, redis] = await Promise.all([services.mongodb(), services.redis()]);
  const database = `bench_${newId()}`;
  stack.defer(() => dropDatabase(uri, database));
  const settings = { MONGODB_URI: uri, MONGODB_DB: database, REDIS_URL: redis, REDIS_PREFIX: database };
  return { settings, others: await fillMongo({ uri, database }, size) };
}

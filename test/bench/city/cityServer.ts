import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createLogger, createServer, openStore, readConfig } from '@earshot/server';
import { BlockingMeter } from '../stalls/measure.ts';
import type { CallerTask } from './caller.ts';

/** The figures of a task: microseconds of CPU time without that of the clients, and milliseconds. */
export interface TaskFigures {
  cpu: number;
  longestHold: number;
  /** Searches of the store for nearby rooms. */
  searches: number;
}

export interface CityTask {
  task: CallerTask;
  /** Whether to measure how long the event loop is blocked, which itself takes CPU time. */
  measureHold: boolean;
}

// A server of one city, on the main thread of this process; its clients are on another thread.

const [settings = '{}', rooms = '[]'] = process.argv.slice(2);
const roomIds: string[] = JSON.parse(rooms);
const config = readConfig({
  ...{ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', ALLOW_OPEN_AUTH: 'true' },
  ...{ SEND_RATE: '0', CALL_RATE: '0', SOCKETS_PER_ADDRESS: '0', USERS_PER_ADDRESS: '0' },
  ...JSON.parse(settings),
});
const log = createLogger('error');
const store = await openStore(config.store, log);
let searches = 0;
const { roomsNear, roomsNearPage } = store;
store.roomsNear = (...search) => {
  searches += 1;
  return roomsNear(...search);
};
store.roomsNearPage = (search) => {
  searches += 1;
  return roomsNearPage(search);
};
const server = await createServer(config, { log, drivers: { store } });
const caller = new Worker(new URL('caller.ts', import.meta.url), { workerData: { url: server.url, roomIds } });
await once(caller, 'message');

process.on('message', async ({ task, measureHold }: CityTask) => {
  using meter = measureHold ? new BlockingMeter() : null;
  const searchesBefore = searches;
  const before = process.cpuUsage();
  let callersCpu = 0;
  const run = async () => {
    caller.postMessage(task);
    const [{ cpu, failed }] = await once(caller, 'message');
    if (failed) throw new Error(failed);
    callersCpu = cpu;
  };
  const hold = meter ? (await meter.measure(run)).hold : await run();
  const { user, system } = process.cpuUsage(before);
  const figures: TaskFigures = {
    cpu: user + system - callersCpu,
    longestHold: hold ?? 0,
    searches: searches - searchesBefore,
  };
  process.send?.(figures);
});
process.on('disconnect', () => process.exit());
process.stdout.write('city server listens on its channel\n');

import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createLogger, createPresence, createServer, readConfig } from '@earshot/server';
import { newId } from '@earshot/shared';
import { dropDatabase } from '../systems/dropDatabase.ts';
import { Services } from '../systems/services.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import { hardRooms, type Size } from './data.ts';
import { fillMongo } from './fillMongo.ts';
import { fillSqlite } from './fillSqlite.ts';

// What `pnpm bench:stalls` runs: how long each call holds the event loop, with much data. The server is in this process, its
// clients are on another thread. docs/performance.md tells how to read the table.

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    store: { type: 'string', default: 'sqlite' },
    rooms: { type: 'string', default: '100000' },
    messages: { type: 'string', default: '1000000' },
    members: { type: 'string', default: '10000' },
    watched: { type: 'string', default: '10000' },
    repeats: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
  },
});

const size: Size = {
  rooms: Number(values.rooms),
  messages: Number(values.messages),
  members: Number(values.members),
};
await using stack = new AsyncDisposableStack();
const { settings, others } = await (values.store === 'mongodb' ? mongodb() : sqlite());
process.stderr.write(`filled after ${Math.round(performance.now())} ms\n`);
const config = readConfig({
  ...{ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', ALLOW_OPEN_AUTH: 'true' },
  ...{ SEND_RATE: '0', CALL_RATE: '0', ROOM_CAPACITY: '0', SOCKETS_PER_ADDRESS: '0', WATCHES_PER_SOCKET: '0' },
  USERS_PER_ADDRESS: '0',
  ...settings,
});
const log = createLogger('error');
const presence = createPresence(config.broker, log);
const server = await createServer(config, { log, drivers: { presence } });
stack.defer(() => server.close());
await Promise.all(
  Array.from({ length: size.members }, (_, n) => {
    const user = { userId: `user ${n}`, username: `User number ${n}` };
    return presence.enter({ roomId: hardRooms.crowd, connectionId: `there/${n}`, user }, 0);
  }),
);

const watched = others.slice(0, Number(values.watched));
const caller = new Worker(new URL('caller.ts', import.meta.url), {
  workerData: { url: server.url, rooms: hardRooms, watched },
});
stack.defer(async () => void (await caller.terminate()));
const [{ ready: names }] = await once(caller, 'message');
process.stderr.write(`ready after ${Math.round(performance.now())} ms\n`);

/** The CPU that this thread used between two looks a millisecond apart: what others on the machine do adds nothing to it. */
let longest = 0;
let last = process.threadCpuUsage();
const looks = setInterval(() => {
  const now = process.threadCpuUsage();
  longest = Math.max(longest, now.user + now.system - last.user - last.system);
  last = now;
}, 1);
process.stdout.write(`${'call'.padEnd(46)}   stall  median     CPU (ms)\n`);
for (const name of names.filter((one: string) => one.includes(values.only))) {
  const runs: { stall: number; cpu: number }[] = [];
  let problem = '';
  for (let n = 0; n < Number(values.repeats); n += 1) {
    await pause(30);
    longest = 0;
    const before = process.threadCpuUsage();
    caller.postMessage(name);
    const [{ failed }] = await once(caller, 'message');
    problem = failed ?? problem;
    await pause(5);
    const { user, system } = process.threadCpuUsage(before);
    runs.push({ stall: longest / 1e3, cpu: (user + system) / 1e3 });
  }
  const stalls = runs.map(({ stall }) => stall).sort((a, b) => a - b);
  const cpus = runs.map(({ cpu }) => cpu).sort((a, b) => a - b);
  const cell = (value: number | undefined) => (value ?? 0).toFixed(1).padStart(7);
  const middle = stalls.length >> 1;
  process.stdout.write(`${name.padEnd(46)} ${cell(stalls[0])} ${cell(stalls[middle])} ${cell(cpus[0])}  ${problem}\n`);
}
clearInterval(looks);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function sqlite() {
  const { path } = stack.use(temporaryFolder());
  return { settings: { DATA_DIR: path }, others: await fillSqlite(path, size) };
}

async function mongodb() {
  const services = stack.use(new Services());
  const uri = await services.mongodb();
  const database = `bench_${newId()}`;
  stack.defer(() => dropDatabase(uri, database));
  return { settings: { MONGODB_URI: uri, MONGODB_DB: database }, others: await fillMongo(uri, database, size) };
}

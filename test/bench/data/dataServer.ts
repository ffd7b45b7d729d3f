import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createLogger, createServer, openStore, readConfig } from '@earshot/server';
import { issuedTokens } from '../../resources/tokens.ts';
import { BlockingMeter } from '../stalls/measure.ts';
import type { CallerAnswer, CallerTask } from './caller.ts';
import { type JobName, jobs } from './jobs.ts';

export type ServerTask = { caller: CallerTask; measureHold: boolean } | { job: JobName };

export interface Figures {
  /** Microseconds of CPU time of the process, without that of the clients. */
  cpu: number;
  /** The longest time that the event loop was blocked, in milliseconds of CPU time; 0 if it was not measured. */
  hold: number;
  latencies: readonly number[];
  failed?: string | undefined;
  /** What a job did. */
  done?: string | undefined;
}

// A server on one data set, on the main thread of this process; its clients are on another thread.

const [settings = '{}', callerOptions = '{}'] = process.argv.slice(2);
const config = readConfig({
  ...{ PORT: '0', LOG_LEVEL: 'error', TRUST_PROXY: '1', ...issuedTokens },
  ...{ SEND_RATE: '0', CALL_RATE: '0', ROOM_CAPACITY: '0', SOCKETS_PER_ADDRESS: '0', USERS_PER_ADDRESS: '0' },
  ...{ WATCHES_PER_SOCKET: '0', MESSAGE_TTL_DAYS: '3000', ...JSON.parse(settings) },
});
const log = createLogger('error');
const startCpu = process.cpuUsage();
const startTime = performance.now();
const store = await openStore(config.store, log);
// Sweeps are measured as a job, so none is due. The eraser's work for `me.erase` counts with that call.
for (const name of ['ownTimes', 'allRooms'] as const)
  await store.expiry.save(name, { after: null, dueAt: new Date(Date.now() + 1e12) });
const server = await createServer(config, { log, drivers: { store } });
const startMs = performance.now() - startTime;
const { user, system } = process.cpuUsage(startCpu);
const memory = process.memoryUsage().rss / 2 ** 20;
const workerData = { url: server.url, ...JSON.parse(callerOptions) };
const caller = new Worker(new URL('caller.ts', import.meta.url), { workerData });
await once(caller, 'message');

process.on('message', async (task: ServerTask) => {
  process.send?.(await ('job' in task ? runJob(task.job) : call(task.caller, task.measureHold)));
});
process.on('disconnect', () => process.exit());
process.stdout.write(`started ${JSON.stringify({ startMs, startCpu: user + system, memory })}\n`);

async function call(task: CallerTask, measureHold: boolean): Promise<Figures> {
  const { work, ...figures } = await measure(async () => {
    caller.postMessage(task);
    const [answer]: CallerAnswer[] = await once(caller, 'message');
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }, measureHold);
  return { ...figures, cpu: figures.cpu - work.cpu, latencies: work.latencies, failed: work.failed };
}

async function runJob(name: JobName): Promise<Figures> {
  try {
    const { work: done, ...figures } = await measure(() => jobs[name]({ store, config }), true);
    return { ...figures, latencies: [], done };
  } catch (error) {
    return { cpu: 0, hold: 0, latencies: [], failed: error instanceof Error ? error.message : String(error) };
  }
}

async function measure<T>(run: () => Promise<T>, measureHold: boolean) {
  using meter = measureHold ? new BlockingMeter() : null;
  const before = process.cpuUsage();
  const result = Promise.withResolvers<T>();
  const keep = async () => result.resolve(await run());
  const hold = meter ? (await meter.measure(keep)).hold : await keep().then(() => 0);
  const { user, system } = process.cpuUsage(before);
  return { cpu: user + system, hold, work: await result.promise };
}

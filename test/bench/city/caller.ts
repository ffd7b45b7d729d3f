import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { limits } from '@earshot/shared';
import { type Api, stockClient } from '../../resources/stockClient.ts';
import { type CallName, prepareCalls } from './calls.ts';
import { centre } from './cityData.ts';

/** What the caller is asked to do. */
export type CallerTask =
  | { task: 'calls'; call: CallName; count: number; pauseMs: number }
  /** Calls `rooms.nearby` from one place at this rate. */
  | { task: 'crowd'; perSecond: number; seconds: number };

// The clients, on their own thread. Reports the CPU time of the thread in microseconds, which is not the server's.

const { url, roomIds }: { url: string; roomIds: string[] } = workerData;
const calls = await prepareCalls(url, roomIds);
const clientsMax = 20;
const crowd: Api[] = Array.from({ length: clientsMax }, (_, n) => stockClient(url, { username: `Caller ${n}` }).api);
let n = 0;

parentPort?.on('message', async (task: CallerTask) => {
  const before = process.threadCpuUsage();
  try {
    await run(task);
    const { user, system } = process.threadCpuUsage(before);
    parentPort?.postMessage({ cpu: user + system });
  } catch (error) {
    parentPort?.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
});
parentPort?.postMessage({ cpu: 0 });

async function run(task: CallerTask): Promise<void> {
  if (task.task === 'crowd') return callFromOnePlace(task.perSecond, task.seconds);
  for (let count = 0; count < task.count; count += 1) {
    n += 1;
    await calls[task.call](n);
    if (task.pauseMs > 0) await delay(task.pauseMs);
  }
}

async function callFromOnePlace(perSecond: number, seconds: number): Promise<void> {
  const tick = 1_000 / Math.min(perSecond, 100);
  const start = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let made = 0; made < perSecond * seconds; ) {
    const due = Math.floor(((performance.now() - start) / 1_000) * perSecond) + 1;
    for (; made < Math.min(due, perSecond * seconds); made += 1) {
      const search = { location: centre, limit: limits.nearbyDefault };
      answers.push(crowd[made % clientsMax]?.rooms.nearby.query(search) ?? Promise.resolve());
    }
    await delay(tick);
  }
  await Promise.all(answers);
}

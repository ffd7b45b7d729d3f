import { parentPort, workerData } from 'node:worker_threads';
import { dataCalls } from './calls/calls.ts';
import { createTools } from './calls/tools.ts';

/** What the caller is asked to do: to prepare or make the calls of these numbers, or to read an export to its end. */
export type CallerTask = { step: 'prepare' | 'run'; call: string; first: number; count: number } | { step: 'export' };

export interface CallerAnswer {
  /** CPU time of this thread in microseconds, which is not the server's. */
  cpu: number;
  /** Milliseconds of each call, as the client sees it. */
  latencies: number[];
  failed?: string;
}

// The clients, on their own thread.

const tools = await createTools(workerData);

parentPort?.on('message', async (task: CallerTask) => {
  const before = process.threadCpuUsage();
  const latencies: number[] = [];
  const answer: CallerAnswer = { cpu: 0, latencies };
  try {
    if (task.step === 'export') await exportAll();
    else await runCalls(task, latencies);
  } catch (error) {
    answer.failed = error instanceof Error ? error.message : String(error);
  }
  const { user, system } = process.threadCpuUsage(before);
  parentPort?.postMessage({ ...answer, cpu: user + system });
});
parentPort?.postMessage('ready');

async function runCalls({ step, call, first, count }: Exclude<CallerTask, { step: 'export' }>, latencies: number[]) {
  const { prepare, run } = dataCalls[call] ?? {};
  for (let n = first; n < first + count; n += 1) {
    const start = performance.now();
    if (step === 'prepare') await prepare?.(tools, n);
    else await run?.(tools, n);
    latencies.push(performance.now() - start);
  }
}

async function exportAll(): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await tools.user.me.export.query({ ...(cursor !== undefined && { cursor }) });
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

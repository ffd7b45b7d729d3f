import { parentPort, workerData } from 'node:worker_threads';
import { prepareCalls } from './calls.ts';

// The client, on its own thread: makes the call whose name it receives, and answers when it is done.

const calls = await prepareCalls(workerData);
parentPort?.on('message', async (name: string) => {
  try {
    await calls.get(name)?.();
    parentPort?.postMessage({ done: name });
  } catch (error) {
    parentPort?.postMessage({ failed: `${name}: ${error instanceof Error ? error.message : String(error)}` });
  }
});
parentPort?.postMessage({ ready: [...calls.keys()] });

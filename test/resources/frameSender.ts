import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { WebSocket } from 'ws';

/** The order to a thread that runs this module: frames to send, and the number of answers to wait for. */
export interface SendFrames {
  url: string;
  frames: readonly string[];
  answers: number;
}

/** The answer of the thread: the frames received, and the close code if the socket was closed. */
export interface Sent {
  answers: string[];
  closed: number | undefined;
}

async function send({ url, frames, answers }: SendFrames): Promise<Sent> {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  const came: string[] = [];
  let closed: number | undefined;
  const finished = Promise.withResolvers<void>();
  ws.on('message', (data) => {
    came.push(String(data));
    if (came.length === answers) finished.resolve();
  });
  ws.on('close', (code) => {
    closed = code;
    finished.resolve();
  });
  await once(ws, 'open');
  for (const frame of frames) ws.send(frame);
  await finished.promise;
  ws.terminate();
  return { answers: came, closed };
}

parentPort?.on('message', async (task: SendFrames) => parentPort?.postMessage(await send(task)));

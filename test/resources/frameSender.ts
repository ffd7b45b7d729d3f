import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { WebSocket } from 'ws';

/** What a thread that runs this module is asked to do: frames to send, and how many answers to wait for. */
export interface SendFrames {
  url: string;
  frames: readonly string[];
  answers: number;
}

/** What it answers: the frames that came, and the close code where the socket was closed. */
export interface Sent {
  answers: string[];
  closed: number | undefined;
}

async function send({ url, frames, answers }: SendFrames): Promise<Sent> {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  const came: string[] = [];
  let closed: number | undefined;
  const over = Promise.withResolvers<void>();
  ws.on('message', (data) => {
    came.push(String(data));
    if (came.length === answers) over.resolve();
  });
  ws.on('close', (code) => {
    closed = code;
    over.resolve();
  });
  await once(ws, 'open');
  for (const frame of frames) ws.send(frame);
  await over.promise;
  ws.terminate();
  return { answers: came, closed };
}

parentPort?.on('message', async (task: SendFrames) => parentPort?.postMessage(await send(task)));

import { once } from 'node:events';
import v8 from 'node:v8';
import vm from 'node:vm';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { malformedLegacyFrame, malformedTrpcFrame } from '../resources/malformedFrames.ts';
import { startEmbedded } from '../resources/server.ts';

/** Number of frames on each wire. */
const count = 100_000;
const sockets = 8;
/** Frames sent on one socket before a ping checks that it is still served. */
const stretch = 100;
const seed = 20_261_123;

const server = await startEmbedded({ env: { SOCKETS_PER_ADDRESS: '0' } });
afterAll(() => server[Symbol.asyncDispose]());

v8.setFlagsFromString('--expose-gc');
const collectGarbage: () => void = vm.runInNewContext('gc');

function heapAfterCollection(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function connect(path: string): Promise<WebSocket> {
  const socket = new WebSocket(`${server.a.url.replace(/^http/, 'ws')}${path}`);
  socket.on('error', () => {});
  await once(socket, 'open');
  if (path.startsWith('/trpc')) socket.send(JSON.stringify({ method: 'connectionParams', data: { username: 'Fuzz' } }));
  return socket;
}

/** Sends all frames over several sockets. Replaces sockets that the server closes. */
async function sendAll(path: string, frames: readonly string[]): Promise<void> {
  const sendShare = async (share: number) => {
    let socket = await connect(path);
    for (let from = share * stretch; from < frames.length; from += sockets * stretch) {
      if (socket.readyState !== socket.OPEN) socket = await connect(path);
      for (const frame of frames.slice(from, from + stretch)) socket.send(frame);
      socket.ping();
      const pongWait = new AbortController();
      const closed = () => pongWait.abort();
      socket.once('close', closed);
      await once(socket, 'pong', pongWait).catch(() => {}); // the server closed it
      socket.off('close', closed);
    }
    socket.terminate();
  };
  await Promise.all(Array.from({ length: sockets }, (_, share) => sendShare(share)));
}

/** Sends repeatedly in the same room. Every message must arrive, in order and in time. */
async function chatMeanwhile(at: string, work: Promise<void>): Promise<number> {
  using observer = await joinLegacy(server.a.url, at, 'Healthy');
  let done = false;
  void work.finally(() => {
    done = true;
  });
  let sentCount = 0;
  for (; !done || sentCount === 0; sentCount += 1) {
    const content = `word ${sentCount}`;
    observer.send({ type: 'Message', content });
    await observer.until('NewMessage', (frame) => frame.content === content);
  }
  const received = observer.of('NewMessage').filter(({ user_id }) => user_id === 'healthy');
  expect(received.map(({ content }) => content)).toEqual(Array.from({ length: sentCount }, (_, i) => `word ${i}`));
  expect(observer.of('Error')).toEqual([]);
  expect(observer.ws.readyState).toBe(observer.ws.OPEN);
  return sentCount;
}

test('100,000 malformed frames on both wires: another client in the room is not affected, and memory is released', async () => {
  const at = someLocationId();
  const wires = [
    { path: `/ws/${at}`, frame: malformedLegacyFrame },
    { path: '/trpc?connectionParams=1', frame: malformedTrpcFrame(at) },
  ];
  const run = (numRuns: number, from: number) =>
    Promise.all(wires.map(({ path, frame }) => sendAll(path, fc.sample(frame, { numRuns, seed: seed + from })))).then(
      () => {},
    );
  await chatMeanwhile(at, run(2_000, 0)); // creates everything that exists only once
  await eventually(() => server.a.stats().sockets === 0);
  const before = heapAfterCollection();

  for (let sent = 0; sent < count; sent += 10_000) await chatMeanwhile(at, run(10_000, 1 + sent));
  await eventually(() => server.a.stats().sockets === 0);
  expect(heapAfterCollection() - before).toBeLessThan(20_000_000);
  await eventually(
    () =>
      JSON.stringify(server.a.stats()) ===
      '{"sockets":0,"openFeeds":0,"watchers":0,"sharedWatchers":0,"subscribedRooms":0}',
  );
  const metrics = await (await fetch(`${server.a.url}/metrics`)).text();
  expect(metrics).not.toContain('code="INTERNAL"');
  expect(Number(/code="INVALID_INPUT"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(count);
}, 120_000);

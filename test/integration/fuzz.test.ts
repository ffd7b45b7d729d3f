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

/** Frames on each wire. */
const count = 100_000;
const sockets = 8;
/** Frames sent on one socket before it is asked whether it still listens. */
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

/** Sends all, over some sockets; one that the server closed is replaced. */
async function sendAll(path: string, frames: readonly string[]): Promise<void> {
  const sendShare = async (share: number) => {
    let socket = await connect(path);
    for (let from = share * stretch; from < frames.length; from += sockets * stretch) {
      if (socket.readyState !== socket.OPEN) socket = await connect(path);
      for (const frame of frames.slice(from, from + stretch)) socket.send(frame);
      socket.ping();
      const heard = new AbortController();
      const closed = () => heard.abort();
      socket.once('close', closed);
      await once(socket, 'pong', heard).catch(() => {}); // it was closed instead
      socket.off('close', closed);
    }
    socket.terminate();
  };
  await Promise.all(Array.from({ length: sockets }, (_, share) => sendShare(share)));
}

/** Says something again and again in the same room; every word must come back, in order and in time. */
async function chatMeanwhile(at: string, work: Promise<void>): Promise<number> {
  using healthy = await joinLegacy(server.a.url, at, 'Healthy');
  let done = false;
  void work.finally(() => {
    done = true;
  });
  let said = 0;
  for (; !done || said === 0; said += 1) {
    const content = `word ${said}`;
    healthy.send({ type: 'Message', content });
    await healthy.until('NewMessage', (frame) => frame.content === content, 5_000);
  }
  const heard = healthy.of('NewMessage').filter(({ user_id }) => user_id === 'healthy');
  expect(heard.map(({ content }) => content)).toEqual(Array.from({ length: said }, (_, i) => `word ${i}`));
  expect(healthy.of('Error')).toEqual([]);
  expect(healthy.ws.readyState).toBe(healthy.ws.OPEN);
  return said;
}

test('100,000 strange frames on both wires: a healthy client in the same room notices nothing, and memory returns', async () => {
  const at = someLocationId();
  const wires = [
    { path: `/ws/${at}`, frame: malformedLegacyFrame },
    { path: '/trpc?connectionParams=1', frame: malformedTrpcFrame(at) },
  ];
  const run = (numRuns: number, from: number) =>
    Promise.all(wires.map(({ path, frame }) => sendAll(path, fc.sample(frame, { numRuns, seed: seed + from })))).then(
      () => {},
    );
  await chatMeanwhile(at, run(2_000, 0)); // what is made once is made now
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

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openBareSocket, textFrame } from '../resources/bareSocket.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { someLocationId } from '../resources/legacyClient.ts';
import { startProcess } from '../resources/process.ts';
import { type StockClient, stockClient } from '../resources/stockClient.ts';

const MiB = 1024 * 1024;
const clientCount = 200;
/** Without limits the server grows by 930 MiB or more. Much of that is garbage of long answers that V8 has not collected yet. */
const grownMax = 576 * MiB;
const messageCount = 200;
const content = '😀'.repeat(2_000);
const ada = { userId: 'ada', username: 'Ada' };

/** Opens a connection, requests far more than memory can hold, and reads nothing. */
type Attack = (url: string, roomId: string) => Promise<Socket>;

const overWebSocket: Attack = async (url, roomId) => {
  const socket = await openBareSocket(url, '/trpc?connectionParams=1');
  socket.pause();
  const queries = pagesOf(roomId).map((json, id) => ({
    ...{ id, method: 'query' },
    params: { path: 'messages.history', input: { json } },
  }));
  for (const message of [{ method: 'connectionParams', data: ada }, queries]) {
    socket.write(textFrame(JSON.stringify(message)));
  }
  return socket;
};

const legacyJoins: Attack = async (url, roomId) => {
  const socket = await openBareSocket(url, `/ws/${roomId}`);
  socket.pause();
  const joins = textFrame(JSON.stringify({ type: 'Join', user_id: ada.userId, username: ada.username }));
  socket.write(Buffer.concat(Array.from({ length: 60 }, () => joins)));
  return socket;
};

const pipelinedBatches: Attack = (url, roomId) => {
  const pages = pagesOf(roomId).slice(0, 12);
  const paths = pages.map(() => 'messages.history').join();
  const input = Object.fromEntries(pages.map((json, index) => [index, { json }]));
  return sendRequests(url, { path: `/trpc/${paths}?batch=1&input=${inUrl(input)}`, times: 2 });
};

const pipelinedRoutes: Attack = (url, roomId) =>
  sendRequests(url, { path: `/messages/${roomId}?limit=100`, times: 60 });

const eventStreams: Attack = (url, roomId) =>
  sendRequests(url, { path: `/trpc/rooms.watch?input=${inUrl({ json: { roomId, history: 100 } })}` });

/** The first case has no limit on all clients together: it tests the limits of each connection, and of answers being built. */
test.for([
  {
    by: 'WebSockets, event streams and routes',
    kinds: [overWebSocket, legacyJoins, pipelinedRoutes, eventStreams],
    unreadMib: 0,
  },
  { by: 'batches over HTTP', kinds: [pipelinedBatches], unreadMib: 64 },
])(
  `${clientCount} clients that read no answer take bounded memory, and other clients are served: $by`,
  async ({ kinds, unreadMib }) => {
    await using data = await dataFolder();
    const unlimited = { SEND_RATE: '0', CALL_RATE: '0' };
    await using earshot = await startProcess({
      ...unlimited,
      DATA_DIR: data.path,
      UNREAD_MAX_MIB: String(unreadMib),
    });
    const { url } = earshot;
    using witness = stockClient(url, ada);
    const roomId = await fill(url, witness);
    const metric = async (line: RegExp) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(line.exec(text)?.[1] ?? 0);
    };
    const residentBytes = () => metric(/^earshot_process_resident_memory_bytes (\S+)$/m);
    const cutOff = () => metric(/^earshot_errors_total{code="SLOW_CONSUMER"} (\S+)$/m);
    const before = await residentBytes();
    using sockets = new DisposableStack();
    for (let n = 0; n < clientCount; n += 1) {
      const attack = kinds[n % kinds.length];
      if (attack) sockets.adopt(await attack(url, roomId), (socket) => socket.destroy());
    }
    let most = 0;
    // Each of these requests waits behind those of the others, and is answered.
    for (const page of pagesOf(roomId).slice(0, 6)) {
      await witness.api.messages.history.query(page);
      await witness.api.messages.send.mutate({ roomId, content });
      most = Math.max(most, await residentBytes());
    }
    expect(most - before).toBeLessThan(grownMax);
    expect((await cutOff()) > 0).toBe(unreadMib > 0);
  },
);

/** Creates a room with messages of the maximum length, of which Ada is a member. */
async function fill(url: string, { api }: StockClient): Promise<string> {
  const roomId = someLocationId();
  const { userId: user_id, username } = ada;
  const body = JSON.stringify({ location_id: roomId, user_id, username });
  const joined = await fetch(`${url}/join`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(joined.status).toBe(200);
  for (let n = 0; n < messageCount; n += 1) await api.messages.send.mutate({ roomId, content });
  return roomId;
}

/** Overlapping pages, each shifted by one message, so that no answer can be reused. */
function pagesOf(roomId: string) {
  return Array.from({ length: 60 }, (_, n) => ({ roomId, limit: 100, before: messageCount - n }));
}

const inUrl = (input: unknown) => encodeURIComponent(JSON.stringify(input));

async function sendRequests(url: string, { path, times = 1 }: { path: string; times?: number }): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // the server closes it
  await once(socket, 'connect');
  const identityHeaders = [`x-earshot-user-id: ${ada.userId}`, `x-earshot-username: ${ada.username}`];
  const lines = [`GET ${path} HTTP/1.1`, 'host: localhost', 'accept: text/event-stream', ...identityHeaders];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`.repeat(times));
  return socket;
}

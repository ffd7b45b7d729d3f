import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openBareSocket, textFrame } from '../resources/bareSocket.ts';
import { eventually } from '../resources/collect.ts';
import { startEmbedded } from '../resources/server.ts';
import { makeRoom, sendMany, watching } from '../resources/sharedWatches.ts';
import { stockClient } from '../resources/stockClient.ts';

const MiB = 1_024 * 1_024;
/** What each client missed is more than the kernel and the server hold for a client who does not read: together up to four MiB. */
const [clientCount, missedCount] = [150, 1_000];
const content = '😀'.repeat(1_000);
const ada = { userId: 'ada', username: 'Ada' };
/** Replays continue while half of this is left, and then at half of the rate: the calls of the test leave about 2 MiB for them. */
const budget = { CALL_RATE: '1', CALL_BURST: '2000', SEND_RATE: '1', SEND_BURST: '1000' };

test('clients that resume from memory and do not read take no more memory than their budget allows', async () => {
  const unlimited = { REPEATED_MESSAGE_ROOMS: '0', SOCKETS_PER_ADDRESS: '0', UNREAD_MAX_MIB: '0' };
  await using earshot = await startEmbedded({ env: { ...budget, ...unlimited } });
  const { a: server } = earshot;
  using client = stockClient(server.url, ada);
  const roomId = await makeRoom(client);
  using watch = client.watch(roomId);
  for (let sent = 0; sent < missedCount; sent += 50) await sendMany(client, roomId, 50, content);
  await watch.until(({ seq }) => seq === missedCount);
  const before = process.memoryUsage().arrayBuffers;
  using sockets = new DisposableStack();
  const clients = await Promise.all(Array.from({ length: clientCount }, () => open(server.url)));
  for (const socket of clients) sockets.adopt(socket, () => socket.destroy());
  for (const [n, socket] of clients.entries()) socket.write(textFrame(resumption(roomId, n)));
  let most = 0;
  const measure = () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  };
  await eventually(() => {
    measure();
    return server.stats().watchers === clientCount + 1;
  });
  // Each of these calls waits behind pages that are written meanwhile.
  for (let n = 0; n < 100; n += 1) {
    await client.api.rooms.get.query({ roomId });
    measure();
  }
  expect(most).toBeLessThan(32 * MiB);
});

/** Opens the connection of a client that reads nothing. */
async function open(url: string): Promise<Socket> {
  const socket = await openBareSocket(url, '/trpc?connectionParams=1');
  socket.pause();
  socket.write(textFrame(JSON.stringify({ method: 'connectionParams', data: ada })));
  return socket;
}

/** The id of the request is the client's own, so it shares no frames. */
function resumption(roomId: string, n: number): string {
  const params = { path: 'rooms.watch', input: { json: { roomId, lastEventId: '0' } } };
  return JSON.stringify({ ...watching(`request-${n}`, roomId), params });
}

import { once } from 'node:events';
import { type RawData, WebSocket } from 'ws';

// A process of its own, because one process has too few file descriptors for both ends: many users, each with a socket,
// watch one room.

process.on('message', async (message: { url: string; roomId: string; count: number } | 'vanish') => {
  if (message === 'vanish') {
    for (const socket of sockets.splice(0)) socket.terminate();
    return;
  }
  const { url, roomId, count } = message;
  const batchSize = 100;
  for (let from = 0; from < count; from += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, count - from) }, (_, n) => watch(url, roomId, from + n));
    sockets.push(...(await Promise.all(batch)));
  }
  process.send?.('ready');
});

const sockets: WebSocket[] = [];

async function watch(url: string, roomId: string, n: number): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`, { perMessageDeflate: false });
  const started = Promise.withResolvers<void>();
  const onFrame = (frame: RawData) => {
    if (!String(frame).includes('"snapshot"')) return;
    socket.off('message', onFrame);
    started.resolve();
  };
  socket.on('message', onFrame);
  socket.on('error', started.reject);
  await once(socket, 'open');
  const data = { userId: `user ${n}`, username: `User number ${n}` };
  socket.send(JSON.stringify({ method: 'connectionParams', data }));
  const params = { path: 'rooms.watch', input: { json: { roomId, history: 1 } } };
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params }));
  await started.promise;
  return socket;
}

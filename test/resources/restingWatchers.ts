import { get } from 'node:http';
import { parentPort } from 'node:worker_threads';
import { WebSocket } from 'ws';

/** The order to a thread that runs this module: watch each of these rooms, and answer when all watches have started. */
export interface WatchRooms {
  url: string;
  wire: 'WebSocket' | 'SSE';
  roomIds: readonly string[];
}

/** Resolves when the watch has started. The watch continues. */
function watch(url: string, wire: WatchRooms['wire'], roomId: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const input = { json: { roomId } };
  const check = (text: string) => text.includes('"snapshot"') && resolve();
  if (wire === 'SSE') {
    const params = new URLSearchParams({ input: JSON.stringify(input), connectionParams: '{"username":"Ada"}' });
    const headers = { accept: 'text/event-stream' };
    const request = get(`${url}/trpc/rooms.watch?${params}`, { headers, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', check).on('error', reject);
    });
    request.on('error', reject);
  } else {
    const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`, { perMessageDeflate: false });
    ws.on('message', (data) => check(String(data))).on('error', reject);
    ws.on('open', () => {
      ws.send(JSON.stringify({ method: 'connectionParams', data: { username: 'Ada' } }));
      ws.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'rooms.watch', input } }));
    });
  }
  return promise;
}

parentPort?.on('message', async ({ url, wire, roomIds }: WatchRooms) => {
  for (const roomId of roomIds) await watch(url, wire, roomId);
  parentPort?.postMessage('all have begun');
});

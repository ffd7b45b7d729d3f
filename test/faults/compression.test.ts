import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { somewhere } from '../resources/places.ts';
import { startProcess } from '../resources/process.ts';
import { stockClient } from '../resources/stockClient.ts';

const MiB = 1024 * 1024;
const watcherCount = 50;
const messageCount = 2_000;
const contentChars = 1_900;
/** Memory that all watchers share: the ring, the store's cache and the server's garbage. */
const grownMax = 192 * MiB;

test('a burst to 50 watchers with compression keeps no memory for each of them', async () => {
  await using data = await dataFolder();
  await using earshot = await startProcess({
    DATA_DIR: data.path,
    WS_COMPRESSION: 'true',
    SEND_RATE: '0',
    SOCKETS_PER_ADDRESS: '0',
  });
  using ada = stockClient(earshot.url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const resident = async () => {
    const text = await (await fetch(`${earshot.url}/metrics`)).text();
    return Number(/^earshot_process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
  };
  const watchers = await Promise.all(
    Array.from({ length: watcherCount }, (_, n) => openWatch(earshot.url, room.id, n)),
  );
  await using all = new AsyncDisposableStack();
  for (const watcher of watchers) all.use(watcher);
  const before = await resident();
  const sends: Promise<unknown>[] = [];
  for (let n = 0; n < messageCount; n += 1) {
    sends.push(
      ada.api.messages.send.mutate({ roomId: room.id, content: `${n} ${incompressibleText(contentChars - 6)}` }),
    );
    if (n % 10 === 9) await new Promise((resolve) => setImmediate(resolve)); // no more than one frame can contain
  }
  await Promise.all(sends);
  await eventually(() => watchers.every((watcher) => watcher.changes() === messageCount), 60_000);
  const after = await resident();
  await all.disposeAsync();
  const ofOneWatcher = await resident();
  expect(after - before).toBeLessThan(grownMax);
  expect(ofOneWatcher - before).toBeLessThan(grownMax);
});

/** A watcher that counts the messages it receives and keeps none: together they are hundreds of megabytes. */
async function openWatch(url: string, roomId: string, n: number) {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`);
  const closed = once(ws, 'close');
  const call = (id: number, method: string, path: string, input: object) =>
    ws.send(JSON.stringify({ id, method, params: { path, input: { json: input } } }));
  const started = Promise.withResolvers<void>();
  let changes = 0;
  ws.on('open', () => {
    ws.send(JSON.stringify({ method: 'connectionParams', data: { username: 'Wanda', userId: `watcher-${n}` } }));
    call(1, 'mutation', 'rooms.join', { roomId });
  });
  ws.on('message', (bytes) => {
    if (!Buffer.isBuffer(bytes)) return;
    if (bytes.includes('"message.created"')) changes += 1;
    else if (bytes.includes('{"id":1,')) call(2, 'subscription', 'rooms.watch', { roomId, history: 0 });
    else if (bytes.includes('"snapshot"')) started.resolve();
  });
  await started.promise;
  expect(ws.extensions).toContain('permessage-deflate');
  const dispose = async () => {
    ws.close();
    await closed;
  };
  return { changes: () => changes, [Symbol.asyncDispose]: dispose };
}

/** Text that compresses to about two thirds. */
function incompressibleText(length: number): string {
  let text = '';
  while (text.length < length) text += `${Math.random().toString(36).slice(2, 8)} `;
  return text.slice(0, length);
}

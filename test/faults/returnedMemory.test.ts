import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { somewhere } from '../resources/places.ts';
import { startProcess } from '../resources/process.ts';
import { stockClient } from '../resources/stockClient.ts';

const MiB = 1024 * 1024;
const crowdSize = 4_000;
/** A server looks at its heap every 30 s, and waits for the next look if it is busy, or if the machine is. */
const deadlineMs = 100_000;

test('a server returns the memory that a crowd leaves', { timeout: 2.5 * deadlineMs }, async () => {
  await using data = await dataFolder();
  await using earshot = await startProcess({
    ...{ DATA_DIR: data.path, LOG_LEVEL: 'debug' },
    ...{ ROOM_CAPACITY: '0', SOCKETS_PER_ADDRESS: '0', USERS_PER_ADDRESS: '0' },
  });
  const metric = async (name: string) => {
    const text = await (await fetch(`${earshot.url}/metrics`)).text();
    return Number(new RegExp(`^earshot_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const resident = () => metric('process_resident_memory_bytes');
  const before = await resident();
  const crowd = await openCrowd(earshot.url);
  expect(await metric('watchers')).toBe(crowdSize);
  const grown = (await resident()) - before;
  expect(grown).toBeGreaterThan(40 * MiB);
  for (const socket of crowd) socket.terminate();
  await eventually(async () => (await metric('sockets')) === 0, deadlineMs);

  // Waits for log lines, because polling would keep the server busy. A first collection may have begun before all had left. The code that was
  // compiled for them stays.
  let kept = grown;
  for (let times = 1; kept > grown / 2; times += 1) {
    expect(times).toBeLessThan(4);
    await earshot.until(new RegExp(`(memory returned[^]*){${times}}`), deadlineMs);
    kept = (await resident()) - before;
  }
});

/** Opens connections that watch a room, 100 at a time. */
async function openCrowd(url: string): Promise<WebSocket[]> {
  using ada = stockClient(url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const crowd: WebSocket[] = [];
  while (crowd.length < crowdSize) {
    const batch = Array.from({ length: 100 }, (_, n) =>
      watch(url, { roomId: room.id, userId: `user-${crowd.length + n}` }),
    );
    crowd.push(...(await Promise.all(batch)));
  }
  return crowd;
}

/** Resolves when the watch has started. */
async function watch(url: string, { roomId, userId }: { roomId: string; userId: string }): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`, { perMessageDeflate: false });
  await once(socket, 'open');
  const call = (message: object) => socket.send(JSON.stringify(message));
  call({ method: 'connectionParams', data: { username: 'Wanda', userId } });
  call({ id: 1, method: 'mutation', params: { path: 'rooms.join', input: { json: { roomId } } } });
  await once(socket, 'message');
  call({ id: 2, method: 'subscription', params: { path: 'rooms.watch', input: { json: { roomId, history: 0 } } } });
  await once(socket, 'message');
  return socket;
}

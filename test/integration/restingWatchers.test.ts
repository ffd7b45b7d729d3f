import { once } from 'node:events';
import { setImmediate as immediate } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { limits } from '@earshot/shared';
import { expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import type { WatchRooms } from '../resources/restingWatchers.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage: () => void = vm.runInNewContext('gc');

/** Heap bytes in use while nothing is pending. */
async function heapAtRest(): Promise<number> {
  for (let round = 0; round < 20; round += 1) await immediate();
  collectGarbage();
  await immediate();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Watchers, each of its own room, so that they share no messages. */
const count = 20;
/** Messages of 4 KB in each snapshot. */
const messages = 25;

test.each<[string, WatchRooms['wire'], boolean]>([
  ['SSE', 'SSE', true],
  ['WebSocket, without shared frames', 'WebSocket', false],
  ['WebSocket', 'WebSocket', true],
])('%s: an idle watcher keeps no reference to its snapshot', async (_name, wire, sharedFrames) => {
  const env = { CALL_RATE: '0', WATCHES_PER_SOCKET: '0', SOCKETS_PER_ADDRESS: '0' };
  await using earshot = await startEmbedded({ env, sharedFrames });
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const makeRooms = async (content: string | null) => {
    const roomIds: string[] = [];
    while (roomIds.length < count) {
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      if (!room.lastMessageAt) roomIds.push(room.id);
      const send = () => ada.api.messages.send.mutate({ roomId: room.id, content: content ?? '' });
      if (content !== null) await Promise.all(Array.from({ length: messages }, send));
    }
    return roomIds;
  };
  const [first, empty, full] = [
    await makeRooms(null),
    await makeRooms(null),
    await makeRooms('ü—'.repeat(limits.messageChars / 2)),
  ];
  const watchers = new Worker(new URL('../resources/restingWatchers.ts', import.meta.url));
  await using _ = { [Symbol.asyncDispose]: async () => void (await watchers.terminate()) };
  /** Bytes held per watcher of these rooms. */
  const bytesHeld = async (roomIds: readonly string[]) => {
    const before = await heapAtRest();
    watchers.postMessage({ url: earshot.a.url, wire, roomIds } satisfies WatchRooms);
    await once(watchers, 'message');
    return ((await heapAtRest()) - before) / count;
  };
  await bytesHeld(first); // creates what all of them share
  const bare = await bytesHeld(empty);
  expect((await bytesHeld(full)) - bare).toBeLessThan(40_000);
  expect(earshot.a.stats().watchers).toBe(3 * count);
});

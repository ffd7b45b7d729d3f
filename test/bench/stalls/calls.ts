import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@earshot/shared';
import { type Api, stockClient, watchRoom } from '../../resources/stockClient.ts';
import type { HardRooms } from './data.ts';
import { addLegacyCalls } from './legacyCalls.ts';
import { get, type MeasuredCalls } from './measuredCalls.ts';

export interface CallsOptions {
  url: string;
  rooms: HardRooms;
  /** The watched rooms, for the comparison of positions. */
  watched: readonly string[];
}

/** Milliseconds in which the effects of a call reach thousands of watchers. */
const fanOutMs = 400;
/** Slightly more than the milliseconds between two comparisons of positions. */
const checkMs = 3_100;

/** The measured calls by name. Prepares joins, watches and the like first. */
export async function prepareCalls({ url, rooms, watched }: CallsOptions): Promise<MeasuredCalls> {
  const { api } = stockClient(url, { username: 'Ann', userId: 'ann' });
  for (const roomId of Object.values(rooms)) await api.rooms.join.mutate({ roomId });
  const calls: MeasuredCalls = new Map();
  calls.set('nothing', async () => {});
  for (const [name, roomId] of Object.entries(rooms)) addReads(calls, { api, url, name, roomId });
  addRoomCalls(calls, api, rooms);
  await addMessageCalls(calls, api, rooms);
  addLegacyCalls(calls, url, rooms);
  calls.set('GET /health', () => get(url, '/health'));
  if (watched.length > 0) await watchMany(url, watched);
  calls.set('GET /metrics', () => get(url, '/metrics'));
  calls.set(`comparing ${watched.length} watched rooms`, () => delay(checkMs));
  return calls;
}

interface RoomRead {
  api: Api;
  url: string;
  name: string;
  roomId: string;
}

function addReads(calls: MeasuredCalls, { api, url, name, roomId }: RoomRead): void {
  const page = (more: { before?: number; after?: number } = {}) =>
    api.messages.history.query({ roomId, limit: limits.historyMax, ...more });
  const history = limits.historyMax;
  let n = 0;
  const next = () => {
    n += 1;
    return n % 50;
  };
  calls.set(`messages.history, ${name}`, () => page());
  calls.set(`messages.history before, ${name}`, () => page({ before: 1_001 - next() }));
  calls.set(`messages.history after, ${name}`, () => page({ after: 500 + next() }));
  calls.set(`rooms.watch snapshot, ${name}`, () => first(api, { roomId, history }));
  calls.set(`rooms.watch reset, ${name}`, () => first(api, { roomId, history, lastEventId: '999999999' }));
  calls.set(`rooms.watch replay of 1,000, ${name}`, () => replay(api, roomId, limits.missedChangesMax));
  calls.set(`rooms.watch by SSE, ${name}`, () => firstBySse(url, { roomId, history }));
  calls.set(`messages.history by HTTP, ${name}`, () => get(url, `/trpc/messages.history?${input({ roomId })}`, ann));
}

const place = { latitude: 52.5, longitude: 13.4 };

function addRoomCalls(calls: MeasuredCalls, api: Api, { crowd, short }: HardRooms): void {
  let n = 0;
  const nearby = (latitude: number) =>
    api.rooms.nearby.query({
      location: { latitude, longitude: 13.4 },
      radius: limits.searchRadiusMax,
      limit: limits.nearbyMax,
    });
  const next = () => {
    n += 1;
    return n;
  };
  calls.set('rooms.join', () => api.rooms.join.mutate({ roomId: crowd }));
  calls.set('rooms.join by place', () => api.rooms.join.mutate({ location: place, searchRadius: 50_000 }));
  calls.set('rooms.join, a new room', () =>
    api.rooms.join.mutate({ location: { latitude: -40 + next() / 10, longitude: 0 }, searchRadius: 100 }),
  );
  calls.set('rooms.leave', async () => {
    await api.rooms.join.mutate({ roomId: short });
    await api.rooms.leave.mutate({ roomId: short });
    await api.rooms.join.mutate({ roomId: short });
  });
  calls.set('rooms.get', () => api.rooms.get.query({ roomId: crowd }));
  calls.set('rooms.nearby, in the city', () => nearby(52.5 + 0.01 * (next() % 20)));
  calls.set('rooms.nearby, from outside', () => nearby(53.3 + 0.01 * (next() % 20)));
  calls.set('presence.list', () => api.presence.list.query({ roomId: crowd }));
  calls.set('users.updateLocation', () => api.users.updateLocation.mutate({ location: place }));
  calls.set('auth.guest', () => api.auth.guest.mutate({ username: `Guest ${next()}` }));
}

async function addMessageCalls(calls: MeasuredCalls, api: Api, { crowd, long, reactions }: HardRooms): Promise<void> {
  const { messages } = await api.messages.history.query({ roomId: reactions, limit: limits.historyMax });
  const messageIds = messages.map(({ id }) => id);
  const longest = await api.messages.send.mutate({ roomId: long, content: 'x' });
  let n = 0;
  let on = false;
  const next = () => {
    n += 1;
    return n;
  };
  calls.set('messages.ownReactions', () => api.messages.ownReactions.query({ roomId: reactions, messageIds }));
  calls.set('messages.send, longest', () =>
    api.messages.send.mutate({ roomId: long, content: '😀'.repeat(limits.messageChars) }),
  );
  calls.set('messages.edit, longest', () =>
    api.messages.edit.mutate({
      ...{ roomId: long, messageId: longest.id },
      content: `${next()}${'😀'.repeat(limits.messageChars - 10)}`,
    }),
  );
  calls.set('messages.react, most reactions', () => {
    on = !on;
    return api.messages.react.mutate({ roomId: reactions, messageId: messageIds.at(-1) ?? '', emoji: '👍', on });
  });
  calls.set('messages.send to all present', async () => {
    await api.messages.send.mutate({ roomId: crowd, content: 'hello' });
    await delay(fanOutMs);
  });
  calls.set('20 messages.send to all present', async () => {
    await Promise.all(Array.from({ length: 20 }, () => api.messages.send.mutate({ roomId: crowd, content: 'hello' })));
    await delay(3 * fanOutMs);
  });
  calls.set('messages.delete to all present', async () => {
    const { id } = await api.messages.send.mutate({ roomId: crowd, content: 'x' });
    await api.messages.delete.mutate({ roomId: crowd, messageId: id });
    await delay(fanOutMs);
  });
  calls.set('presence.typing to all present', async () => {
    await api.presence.typing.mutate({ roomId: crowd, isTyping: true });
    await delay(fanOutMs);
  });
}

const ann = { 'x-earshot-username': 'Ann', 'x-earshot-user-id': 'ann' };
const input = (json: unknown) => `input=${encodeURIComponent(JSON.stringify({ json }))}`;

async function first(api: Api, options: Parameters<typeof watchRoom>[1]): Promise<void> {
  using watch = watchRoom(api, options);
  await watch.until(() => true, 60_000);
}

async function firstBySse(url: string, options: { roomId: string; history: number }): Promise<void> {
  const stop = new AbortController();
  const headers = { ...ann, accept: 'text/event-stream' };
  const response = await fetch(`${url}/trpc/rooms.watch?${input(options)}`, { headers, signal: stop.signal });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('"snapshot"')) break;
  }
  stop.abort();
  if (!text.includes('"snapshot"')) throw new Error(`no snapshot: ${text.slice(0, 200)}`);
}

/** Replays the last `count` changes. */
async function replay(api: Api, roomId: string, count: number): Promise<void> {
  const { messages } = await api.messages.history.query({ roomId, limit: 1 });
  const end = messages[0]?.updatedSeq ?? 0;
  using watch = watchRoom(api, { roomId, lastEventId: String(Math.max(0, end - count)) });
  await watch.until(({ seq }) => seq >= end, 60_000);
}

async function watchMany(url: string, roomIds: readonly string[]): Promise<void> {
  const [perSocket, atOnce] = [200, 25];
  for (let first = 0; first < roomIds.length; first += perSocket) {
    const { api } = stockClient(url, { username: 'Ben', userId: `ben ${first}` });
    const ofSocket = roomIds.slice(first, first + perSocket);
    for (let from = 0; from < ofSocket.length; from += atOnce) {
      await Promise.all(
        ofSocket.slice(from, from + atOnce).map(async (roomId) => {
          await api.rooms.join.mutate({ roomId });
          await watchRoom(api, { roomId, history: 1 }).until(() => true, 120_000);
        }),
      );
    }
  }
}

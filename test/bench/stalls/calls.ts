import { limits } from '@earshot/shared';
import { joinLegacy, openLegacy } from '../../resources/legacyClient.ts';
import { type Api, stockClient, watchRoom } from '../../resources/stockClient.ts';
import type { HardRooms } from './data.ts';

export interface CallsOptions {
  url: string;
  rooms: HardRooms;
  /** Rooms that are watched, to compare positions. */
  watched: readonly string[];
}

/** What is measured, each by its name. Before: joins, watches and the like. */
export async function prepareCalls({
  url,
  rooms,
  watched,
}: CallsOptions): Promise<Map<string, () => Promise<unknown>>> {
  const ann = stockClient(url, { username: 'Ann', userId: 'ann' });
  const { api } = ann;
  for (const roomId of Object.values(rooms)) await api.rooms.join.mutate({ roomId });
  const place = { latitude: 52.5, longitude: 13.4 };
  const calls = new Map<string, () => Promise<unknown>>();
  const page = (roomId: string, more: { before?: number; after?: number } = {}) =>
    api.messages.history.query({ roomId, limit: limits.historyMax, ...more });
  let n = 0;
  const next = () => {
    n += 1;
    return n;
  };

  calls.set('nothing', async () => {});
  for (const [name, roomId] of Object.entries(rooms)) {
    calls.set(`messages.history, ${name}`, () => page(roomId));
    calls.set(`messages.history before, ${name}`, () => page(roomId, { before: 1_001 - (next() % 50) }));
    calls.set(`messages.history after, ${name}`, () => page(roomId, { after: 500 + (next() % 50) }));
    calls.set(`rooms.watch snapshot, ${name}`, () => first(api, { roomId, history: limits.historyMax }));
    calls.set(`rooms.watch replay of 1,000, ${name}`, () => replay(api, roomId, 1_000));
    calls.set(`rooms.watch reset, ${name}`, () =>
      first(api, { roomId, history: limits.historyMax, lastEventId: '999999999' }),
    );
    calls.set(`GET /api/messages, ${name}`, () => get(url, `/api/messages/${roomId}?limit=100`));
    calls.set(`MessageHistory, ${name}`, async () => {
      using socket = await joinLegacy(url, roomId, `Old ${next()}`);
      socket.ws.close();
    });
  }
  const crowd = rooms.crowd;
  calls.set('rooms.join', () => api.rooms.join.mutate({ roomId: crowd }));
  calls.set('rooms.join by place', () => api.rooms.join.mutate({ location: place, searchRadius: 50_000 }));
  calls.set('rooms.get', () => api.rooms.get.query({ roomId: crowd }));
  calls.set('rooms.nearby, 100', () =>
    api.rooms.nearby.query({
      location: { latitude: 52.5 + 0.01 * (next() % 20), longitude: 13.4 },
      radius: limits.searchRadiusMax,
      limit: limits.nearbyMax,
    }),
  );
  calls.set('presence.list, crowd', () => api.presence.list.query({ roomId: crowd }));
  calls.set('presence.typing', () => api.presence.typing.mutate({ roomId: crowd, isTyping: true }));
  calls.set('users.updateLocation', () => api.users.updateLocation.mutate({ location: place }));
  calls.set('auth.guest', () => api.auth.guest.mutate({ username: `Guest ${next()}` }));
  calls.set('messages.send, longest', () =>
    api.messages.send.mutate({ roomId: rooms.long, content: '😀'.repeat(limits.messageChars) }),
  );
  const longest = await api.messages.send.mutate({ roomId: rooms.long, content: 'x' });
  calls.set('messages.edit, longest', () =>
    api.messages.edit.mutate({
      ...{ roomId: rooms.long, messageId: longest.id },
      content: `${next()}${'😀'.repeat(limits.messageChars - 10)}`,
    }),
  );
  const { messages } = await page(rooms.reactions);
  const reacted = messages.at(-1);
  let on = false;
  calls.set('messages.react, one with 500', () => {
    on = !on;
    return api.messages.react
      .mutate({ roomId: rooms.reactions, messageId: reacted?.id ?? '', emoji: '👍', on })
      .catch(() => {}); // it may be full
  });
  calls.set('messages.delete', async () => {
    const { id } = await api.messages.send.mutate({ roomId: crowd, content: 'x' });
    await api.messages.delete.mutate({ roomId: crowd, messageId: id });
  });
  calls.set('rooms.leave', async () => {
    await api.rooms.join.mutate({ roomId: rooms.short });
    await api.rooms.leave.mutate({ roomId: rooms.short });
    await api.rooms.join.mutate({ roomId: rooms.short });
  });
  calls.set('JoinLocalChat', async () => {
    using socket = await openLegacy(url, '52.5_13.4');
    const claim = { user_id: `old ${next()}`, username: 'Old' };
    socket.send({ type: 'JoinLocalChat', ...claim, ...place, search_radius: 50_000 });
    await socket.until('RoomJoined');
  });
  calls.set('POST /api/messages', () =>
    post(url, '/api/messages', {
      ...{ location_id: rooms.long, user_id: 'ann', username: 'Ann' },
      content: '😀'.repeat(limits.messageChars),
    }),
  );
  calls.set('GET /api/rooms', () => get(url, `/api/rooms/${crowd}`));
  calls.set('POST /api/join', () => post(url, '/api/join', { location_id: crowd, user_id: 'ann', username: 'Ann' }));
  calls.set('GET /health', () => get(url, '/health'));
  calls.set('GET /metrics', () => get(url, '/metrics'));
  if (watched.length > 0) {
    await watchMany(url, watched);
    calls.set(`comparing ${watched.length} watched rooms`, () => new Promise((resolve) => setTimeout(resolve, 3_100)));
  }
  return calls;
}

async function get(url: string, path: string): Promise<void> {
  const response = await fetch(url + path);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

async function post(url: string, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

async function first(api: Api, input: Parameters<typeof watchRoom>[1]): Promise<void> {
  using watch = watchRoom(api, input);
  await watch.until(() => true, 60_000);
}

/** From so many changes before the end. */
async function replay(api: Api, roomId: string, count: number): Promise<void> {
  const { messages } = await api.messages.history.query({ roomId, limit: 1 });
  const end = messages[0]?.updatedSeq ?? 0;
  using watch = watchRoom(api, { roomId, lastEventId: String(Math.max(0, end - count)) });
  await watch.until(({ seq }) => seq >= end, 60_000);
}

async function watchMany(url: string, roomIds: readonly string[]): Promise<void> {
  const perSocket = 200;
  for (let from = 0; from < roomIds.length; from += perSocket) {
    const { api } = stockClient(url, { username: 'Ben', userId: 'ben' });
    await Promise.all(
      roomIds.slice(from, from + perSocket).map(async (roomId) => {
        await api.rooms.join.mutate({ roomId });
        const watch = watchRoom(api, { roomId, history: 1 });
        await watch.until(() => true, 120_000);
      }),
    );
  }
}

import { limits } from '@earshot/shared';
import { type LegacyClient, openLegacy } from '../../../resources/legacyClient.ts';
import { heavyUser } from '../dataSet.ts';
import type { DataCall, DataCalls } from './call.ts';
import type { Tools } from './tools.ts';

async function claimOf({ tokenOf }: Tools) {
  return { user_id: heavyUser, username: 'Ada', token: await tokenOf(heavyUser) };
}

/** The sockets that are in a room, by the number of the call that they were opened for. */
const sockets = new Map<number, LegacyClient>();

async function open(tools: Tools, n: number): Promise<LegacyClient> {
  const socket = await openLegacy(tools.url, tools.room(n));
  sockets.set(n, socket);
  return socket;
}

async function enter(tools: Tools, n: number): Promise<void> {
  const socket = await open(tools, n);
  socket.send({ type: 'Join', ...(await claimOf(tools)) });
  await socket.until('MessageHistory');
}

/** A frame on a socket of its own, which is closed afterwards. */
const frame = (
  prepare: (tools: Tools, n: number) => Promise<unknown>,
  run: (socket: LegacyClient, tools: Tools, n: number) => Promise<unknown>,
): DataCall => ({
  prepare,
  run: async (tools, n) => {
    const socket = sockets.get(n);
    if (socket === undefined) throw new Error('no socket');
    sockets.delete(n);
    await run(socket, tools, n);
    socket[Symbol.dispose]();
  },
});

/** A frame without an answer: the one after it is invalid, and answered after it. */
async function sendUnanswered(socket: LegacyClient, content: object): Promise<void> {
  socket.send(content);
  socket.send({ type: 'Nonsense' });
  await socket.until('Error');
}

const route = (request: (tools: Tools, n: number) => { method: string; path: string; body?: object }): DataCall => ({
  run: async (tools, n) => {
    const { method, path, body } = request(tools, n);
    const { token, ...claim } = await claimOf(tools);
    const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
    const sent = body && { body: JSON.stringify({ ...claim, ...body }) };
    const response = await fetch(tools.url + path, { method, headers, ...sent });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
  },
});

export const frameCalls = {
  Auth: frame(open, async (socket, tools) => {
    socket.send({ type: 'Auth', ...(await claimOf(tools)) });
    await socket.until('UserJoined');
  }),
  Join: frame(open, async (socket, tools) => {
    socket.send({ type: 'Join', ...(await claimOf(tools)) });
    await socket.until('MessageHistory');
  }),
  JoinLocalChat: frame(open, async (socket, tools, n) => {
    const search = { ...tools.place(n), search_radius: limits.searchRadiusMax };
    socket.send({ type: 'JoinLocalChat', ...(await claimOf(tools)), ...search });
    await socket.until('RoomJoined');
  }),
  Message: frame(enter, async (socket, _, n) => {
    socket.send({ type: 'Message', content: `Over the legacy wire ${n}.` });
    await socket.until('NewMessage', (one) => JSON.stringify(one).includes(`wire ${n}.`));
  }),
  LocationUpdate: frame(enter, (socket, { place }, n) =>
    sendUnanswered(socket, { type: 'LocationUpdate', ...place(n) }),
  ),
  Typing: frame(enter, (socket) => sendUnanswered(socket, { type: 'Typing', is_typing: true })),
} satisfies DataCalls;

export const routeCalls: DataCalls = {
  'GET /messages/:location_id': route(({ room }, n) => ({ method: 'GET', path: `/messages/${room(n)}?limit=100` })),
  'POST /messages': route(({ room }, n) => ({
    ...{ method: 'POST', path: '/messages', body: { location_id: room(n), content: `Over HTTP ${n}` } },
  })),
  'GET /rooms/:location_id': route(({ room }, n) => ({ method: 'GET', path: `/rooms/${room(n)}` })),
  'POST /rooms/:location_id/join': route(({ room }, n) => ({
    method: 'POST',
    path: `/rooms/${room(n)}/join`,
    body: {},
  })),
  'POST /join': route(({ room }, n) => ({ method: 'POST', path: '/join', body: { location_id: room(n) } })),
};

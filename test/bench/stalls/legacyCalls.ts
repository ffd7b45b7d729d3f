import { limits } from '@earshot/shared';
import { joinLegacy, type LegacyClient, openLegacy } from '../../resources/legacyClient.ts';
import type { HardRooms } from './data.ts';
import { get, type MeasuredCalls } from './measuredCalls.ts';

const place = { latitude: 52.5, longitude: 13.4 };
const longest = '😀'.repeat(limits.messageChars);

/** Every frame and every route of legacy clients. */
export function addLegacyCalls(calls: MeasuredCalls, url: string, rooms: HardRooms): void {
  let n = 0;
  const claim = () => {
    n += 1;
    return { user_id: `old ${n}`, username: 'Old' };
  };
  for (const [name, roomId] of Object.entries(rooms)) {
    calls.set(`legacy Join, ${name}`, async () => {
      using socket = await joinLegacy(url, roomId, claim().user_id);
      socket.ws.close();
    });
    calls.set(`GET /messages/:room, ${name}`, () => get(url, `/api/messages/${roomId}?limit=100`));
  }
  calls.set('legacy Auth', async () => {
    using socket = await openLegacy(url, '52.5_13.4');
    socket.send({ type: 'Auth', ...claim() });
    await socket.until('UserJoined');
  });
  calls.set('legacy JoinLocalChat', async () => {
    using socket = await openLegacy(url, '52.5_13.4');
    socket.send({ type: 'JoinLocalChat', ...claim(), ...place, search_radius: limits.searchRadiusMax });
    await socket.until('RoomJoined');
  });
  addFrames(calls, () => joinLegacy(url, rooms.long, `sender ${claim().user_id}`));
  const { crowd, long } = rooms;
  calls.set('POST /messages', () => post(url, '/messages', { location_id: long, ...claim(), content: longest }));
  calls.set('GET /rooms/:room', () => get(url, `/rooms/${crowd}`));
  calls.set('POST /rooms/:room/join', () => post(url, `/rooms/${crowd}/join`, claim()));
  calls.set('POST /join', () => post(url, '/join', { location_id: crowd, ...claim() }));
}

/** The frames that are sent on a socket in a room. */
function addFrames(calls: MeasuredCalls, join: () => Promise<LegacyClient>): void {
  let joined: Promise<LegacyClient> | undefined;
  const inRoom = () => {
    joined ??= join();
    return joined;
  };
  let n = 0;
  calls.set('legacy Message, longest', async () => {
    n += 1;
    const content = `${n} ${longest.slice(20)}`;
    const socket = await inRoom();
    socket.send({ type: 'Message', content });
    await socket.until('NewMessage', (frame) => JSON.stringify(frame).includes(`"${n} `));
  });
  calls.set('legacy Typing, LocationUpdate', async () => {
    const socket = await inRoom();
    socket.send({ type: 'Typing', is_typing: true });
    socket.send({ type: 'LocationUpdate', ...place });
    socket.send({ type: 'Nonsense' });
    n += 1;
    const errors = socket.of('Error').length;
    await socket.frames.untilAll(() => socket.of('Error').length > errors);
  });
}

async function post(url: string, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { someLocationId } from '../resources/legacyClient.ts';
import { checkedDeployments } from '../resources/moderators.ts';
import { watchPlace } from '../resources/neighbourhood.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded, startPair } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { type Api, stockClient } from '../resources/stockClient.ts';
import { checkedTokens, signModerator, signToken, tokenSecret } from '../resources/tokens.ts';

const someUser = () => `user ${crypto.randomUUID()}`;

/** The status of a read by name, and the code of its error. */
async function readByName(url: string, roomId: string, token?: string): Promise<(number | string)[]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/messages/${roomId}`, { headers });
  const body: unknown = await response.json();
  const code = typeof body === 'object' && body !== null && 'code' in body ? [String(body.code)] : [];
  return [response.status, ...code];
}

describe.each(checkedDeployments)('a locked room, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  test('is read by its members and moderators only', async () => {
    const { a, b } = earshot;
    const [adaToken, bobToken, eveToken] = await Promise.all([1, 2, 3].map(() => signToken(someUser())));
    const modToken = await signModerator(someUser());
    using ada = stockClient(a.url, { token: adaToken ?? '' });
    using bob = stockClient(b.url, { token: bobToken ?? '' });
    using eve = stockClient(b.url, { token: eveToken ?? '' });
    using mod = stockClient(b.url, { token: modToken });
    const location = somewhere();
    const { room } = await ada.api.rooms.join.mutate({ location });
    const { id: roomId } = room;
    await bob.api.rooms.join.mutate({ roomId });
    await ada.api.messages.send.mutate({ roomId, content: 'before' });
    using outside = watchPlace(eve.api, { location });
    await outside.first('room.entered');
    expect(await readByName(b.url, roomId, eveToken)).toEqual([200]);

    await ada.api.moderation.setLocked.mutate({ roomId, on: true });
    await outside.first('room.left');
    for (const { url } of [a, b]) {
      expect(await readByName(url, roomId, eveToken)).toEqual([403, 'ROOM_LOCKED']);
      for (const token of [adaToken, bobToken, modToken]) expect(await readByName(url, roomId, token)).toEqual([200]);
    }
    using inside = watchPlace(bob.api, { location });
    using above = watchPlace(mod.api, { location });
    using later = watchPlace(eve.api, { location });
    await ada.api.messages.send.mutate({ roomId, content: 'secret' });
    for (const watch of [inside, above]) {
      await watch.first('room.entered');
      await eventually(() => JSON.stringify(watch.all).includes('secret'));
    }
    await later.first('ready');
    expect(JSON.stringify([outside.all, later.all])).not.toContain('secret');
    await eventually(async () => (await eve.api.rooms.nearby.query({ location }))[0]?.isLocked);
    expect(await eve.api.rooms.nearby.query({ location })).toMatchObject([{ id: roomId, preview: null }]);

    await ada.api.moderation.setLocked.mutate({ roomId, on: false });
    await later.first('room.entered');
    expect(await readByName(b.url, roomId, eveToken)).toEqual([200]);
  });
});

test('users who are all locked out of the rooms around join one new room, on two instances', async () => {
  await using earshot = await startPair({ env: { JWT_SECRET: tokenSecret } });
  const { a, b } = earshot;
  const tokens = await Promise.all(Array.from({ length: 9 }, () => signToken(someUser())));
  using stack = new DisposableStack();
  const [ada, ...others] = tokens.map((token, n) => stack.use(stockClient((n % 2 ? a : b).url, { token })).api);
  const location = somewhere();
  const locked: string[] = [];
  for (const _ of [1, 2]) {
    const { room } = (await ada?.rooms.join.mutate({ location, searchRadius: 0 })) ?? {};
    await ada?.moderation.setLocked.mutate({ roomId: room?.id ?? '', on: true });
    locked.push(room?.id ?? '');
  }
  const allLocked = (api: Api) => async () =>
    (await api.rooms.nearby.query({ location })).filter(({ isLocked }) => isLocked).length === 2;
  for (const api of others) await eventually(allLocked(api));
  const joined = await Promise.all(others.map((api) => api.rooms.join.mutate({ location })));
  expect(joined.filter(({ isNew }) => isNew)).toHaveLength(1);
  const ids = new Set(joined.map(({ room }) => room.id));
  expect(ids.size).toBe(1);
  expect(locked.filter((id) => ids.has(id))).toEqual([]);
});

test.each([
  ['embedded', () => startEmbedded({ env: { ...checkedTokens, SEND_RATE: '0' } })],
  ['MongoDB and Redis', () => startPair({ env: { ...checkedTokens, SEND_RATE: '0' } })],
])('many locked rooms around do not keep newcomers from the open one behind them, %s', async (_name, start) => {
  await using earshot = await start();
  using stack = new DisposableStack();
  const connect = async () => stack.use(stockClient(earshot.a.url, { token: await signToken(someUser()) })).api;
  const [ada, ben, cleo] = [await connect(), await connect(), await connect()];
  const location = somewhere();
  const make = async (api: Api) => (await api.rooms.join.mutate({ location, searchRadius: 0 })).room.id;
  for (let count = 0; count < 30; count += 1) {
    await ada.moderation.setLocked.mutate({ roomId: await make(ada), on: true });
  }
  const open = await make(ben);
  for (const api of [cleo, await connect()]) {
    expect(await api.rooms.join.mutate({ location })).toMatchObject({ isNew: false, room: { id: open } });
  }
  const first = await ada.rooms.join.mutate({ location });
  expect(first).toMatchObject({ isNew: false, room: { isLocked: true } }); // of which Ada is a member
});

test('without checks of identities, no client reads a locked room by its name', async () => {
  await using earshot = await startEmbedded();
  const { url } = earshot.a;
  const roomId = someLocationId();
  await fetch(`${url}/api/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: 'ada', username: 'Ada', location_id: roomId }),
  });
  expect(await readByName(url, roomId)).toEqual([200]);
  using ada = stockClient(url, { userId: 'ada', username: 'Ada' });
  await ada.api.moderation.setLocked.mutate({ roomId, on: true });
  expect(await readByName(url, roomId)).toEqual([403, 'ROOM_LOCKED']);
});

import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { type Deployment, deployments, startPair } from '../resources/server.ts';
import { type Api, type StockClient, stockClient } from '../resources/stockClient.ts';
import { upTo } from '../resources/stores.ts';

const cityRooms = 45;
/** The limits on sends and calls are far away. */
const env = {
  SEND_RATE: '1000',
  SEND_BURST: '10000',
  CALL_RATE: '10000',
  CALL_BURST: '100000',
  USERS_PER_ADDRESS: '20',
};

/** The result of a call: `done`, or the code of its error. */
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { data?: { errorCode?: string } }) => error.data?.errorCode,
  );

async function makeRooms({ a }: Deployment, { api }: StockClient): Promise<string[]> {
  const rooms: string[] = [];
  for (const n of upTo(cityRooms)) {
    using maker = stockClient(a.url, { userId: `maker ${n}`, username: 'Maker' });
    const { room } = await maker.api.rooms.join.mutate({ location: somewhere() });
    rooms.push(room.id);
    await api.rooms.join.mutate({ roomId: room.id });
  }
  return rooms;
}

/** Lists the users of each room. Returns the rooms that were shown. */
async function list(api: Api, rooms: readonly string[]): Promise<string[]> {
  const shown: string[] = [];
  for (const roomId of rooms) {
    await api.rooms.join.mutate({ roomId });
    const listed = await api.presence.list.query({ roomId }).catch((error: unknown) => {
      const data = { errorCode: 'RATE_LIMITED', retry: 'later', httpStatus: 429, retryAfterMs: expect.any(Number) };
      expect(error).toMatchObject({ data });
      return null;
    });
    if (listed) shown.push(roomId);
  }
  return shown;
}

describe.each(deployments)('a user in a city of rooms, $name', ({ start }) => {
  test('can’t be followed by lists of the users present, nor with many accounts of one address', async () => {
    await using earshot = await start({ env });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const rooms = await makeRooms(earshot, ada);
    using eve = stockClient(earshot.a.url, { username: 'Eve' });
    const first = await list(eve.api, rooms);
    expect(first).toEqual(rooms.slice(0, 10));
    expect(await list(eve.api, rooms)).toEqual(first); // the same rooms repeatedly
    const shown = new Set(first);
    for (const n of upTo(6)) {
      using account = stockClient(earshot.a.url, { userId: `eve ${n}`, username: 'Eve' });
      for (const roomId of await list(account.api, rooms.slice(n * 7))) shown.add(roomId);
    }
    expect(shown.size).toBe(30);
  }, 60_000);

  test('can’t be followed by the user who made the rooms', async () => {
    await using earshot = await start({ env });
    using eve = stockClient(earshot.a.url, { username: 'Eve' });
    const scopes = [];
    for (const _ of upTo(12)) {
      const { room } = await eve.api.rooms.join.mutate({ location: somewhere() });
      scopes.push({ type: 'room', roomId: room.id } as const);
    }
    const { users, user } = eve.api.moderation;
    const searches = [];
    for (const scope of scopes) searches.push(await outcome(users.query({ scope, text: 'ada' })));
    const expected = [...upTo(10).map(() => 'done'), 'RATE_LIMITED', 'RATE_LIMITED'];
    expect(searches).toEqual(expected);
    const reads = [];
    for (const scope of scopes) reads.push(await outcome(user.query({ scope, userId: 'ada' })));
    expect(reads).toEqual(expected);
  });

  test('can’t be followed by watches: in most rooms, joins are counted and typing is not shown', async () => {
    await using earshot = await start({ env });
    using eve = stockClient(earshot.a.url, { username: 'Eve' });
    const rooms = await makeRooms(earshot, eve);
    using watches = new DisposableStack();
    const watched = rooms.map((roomId) => ({ roomId, watch: watches.use(eve.watch(roomId)) }));
    for (const { watch } of watched) await watch.until(({ event }) => event.type === 'snapshot');

    using ada = stockClient(earshot.a.url, { userId: 'ada', username: 'Ada' });
    for (const { roomId, watch } of watched) {
      await ada.api.rooms.join.mutate({ roomId });
      using presence = ada.watch(roomId);
      await presence.until(({ event }) => event.type === 'snapshot');
      await ada.api.presence.typing.mutate({ roomId, isTyping: true });
      await ada.api.messages.send.mutate({ roomId, content: 'hello' });
      await watch.until(({ event }) => event.type === 'message.created');
    }
    const named = watched.filter(({ watch }) =>
      watch.all.some(({ event }) => 'user' in event && event.user.userId === 'ada'),
    );
    expect(named).toHaveLength(10);
    for (const { watch } of watched) {
      expect(watch.all.some(({ event }) => 'userCount' in event && event.userCount === 2)).toBe(true);
    }
  }, 60_000);
});

test('a user in a city of rooms can’t be followed over two instances', async () => {
  await using earshot = await startPair({ env });
  using eve = stockClient(earshot.a.url, { userId: 'eve', username: 'Eve' });
  const rooms = await makeRooms(earshot, eve);
  expect(await list(eve.api, rooms.slice(0, 7))).toEqual(rooms.slice(0, 7));
  using other = stockClient(earshot.b.url, { userId: 'eve', username: 'Eve' });
  expect(await list(other.api, rooms)).toEqual(rooms.slice(0, 10));
  expect(await list(eve.api, rooms)).toEqual(rooms.slice(0, 10));
}, 60_000);

test('a user can’t be followed by watches on another instance than the lists', async () => {
  await using earshot = await startPair({ env });
  using eve = stockClient(earshot.a.url, { userId: 'eve', username: 'Eve' });
  const rooms = await makeRooms(earshot, eve);
  expect(await list(eve.api, rooms)).toEqual(rooms.slice(0, 10));
  using other = stockClient(earshot.b.url, { userId: 'eve', username: 'Eve' });
  using watches = new DisposableStack();
  const watched = rooms.slice(10).map((roomId) => ({ roomId, watch: watches.use(other.watch(roomId)) }));
  for (const { watch } of watched) await watch.until(({ event }) => event.type === 'snapshot');
  using ada = stockClient(earshot.a.url, { userId: 'ada', username: 'Ada' });
  for (const { roomId, watch } of watched) {
    await ada.api.rooms.join.mutate({ roomId });
    using presence = ada.watch(roomId);
    await presence.until(({ event }) => event.type === 'snapshot');
    await watch.until(({ event }) => 'userCount' in event && event.userCount === 2);
  }
  const named = watched.filter(({ watch }) =>
    watch.all.some(({ event }) => 'user' in event && event.user.userId === 'ada'),
  );
  // Events of two rooms are shown before the other instance is asked, and those that arrive before its answer.
  expect(named.length).toBeLessThan(6);
}, 60_000);

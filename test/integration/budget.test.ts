import type { AppRouter } from '@earshot/server';
import { newId } from '@earshot/shared';
import type { TRPCClientError } from '@trpc/client';
import { describe, expect, test } from 'vitest';
import type { commandTypes } from '../../packages/server/src/transport/legacy/command.ts';
import { joinLegacy, openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

/** The default limits, which other tests disable. */
const asByDefault = { SEND_RATE: '5', SOCKETS_PER_ADDRESS: '0', REPEATED_MESSAGE_ROOMS: '0' };
const limited = { data: { errorCode: 'RATE_LIMITED', retry: 'later', retryAfterMs: expect.any(Number) } };

async function outcomes(calls: readonly Promise<unknown>[]) {
  const results = await Promise.allSettled(calls);
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  return { done: results.length - refused.length, refused: refused as TRPCClientError<AppRouter>[] };
}

/** For a server with MESSAGE_MAX_CHARS=10. */
const tooLong = { messageId: newId(), content: 'x'.repeat(11) };

const times = <T>(count: number, act: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => act(i));

describe('too many calls are rejected with an error code and the time to wait', () => {
  test('joins and leaves without a pause', async () => {
    await using earshot = await startEmbedded({ env: asByDefault });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const calls = times(400, (i) =>
      i % 2 ? ada.api.rooms.join.mutate({ roomId: room.id }) : ada.api.rooms.leave.mutate({ roomId: room.id }),
    );
    const { done, refused } = await outcomes(calls);
    expect(done).toBeGreaterThan(100);
    expect(done).toBeLessThan(250);
    for (const error of refused) expect(error).toMatchObject(limited);
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    await bob.api.rooms.join.mutate({ roomId: room.id });
    const metrics = await (await fetch(`${earshot.a.url}/metrics`)).text();
    expect(metrics).toContain(`earshot_calls_over_budget_total ${refused.length}`);
  });

  test('watches without a pause', async () => {
    await using earshot = await startEmbedded({ env: { ...asByDefault, WATCHES_PER_SOCKET: '0' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const firsts = times(800, async () => {
      using watch = ada.watch(room.id, { history: 0 });
      return await Promise.race([watch.until(() => true), watch.untilEnd().then((end) => Promise.reject(end))]);
    });
    const { done, refused } = await outcomes(firsts);
    expect(done).toBeGreaterThan(300);
    expect(done).toBeLessThan(700);
    expect(refused.length).toBeGreaterThan(100);
    for (const error of refused) expect(error).toMatchObject(limited);
  });

  test.each([
    ['rooms.nearby', (api: Api) => api.rooms.nearby.query({ location: somewhere() })],
    ['rooms.get', (api: Api, roomId: string) => api.rooms.get.query({ roomId })],
    ['messages.history', (api: Api, roomId: string) => api.messages.history.query({ roomId })],
    ['presence.list', (api: Api, roomId: string) => api.presence.list.query({ roomId })],
    ['edits that are too long', (api: Api, roomId: string) => api.messages.edit.mutate({ ...tooLong, roomId })],
    ['calls that are not well-formed', (api: Api) => api.rooms.get.query({ roomId: '' })],
  ])('%s', async (_name, call) => {
    await using earshot = await startEmbedded({
      env: { ...asByDefault, CALL_RATE: '1', CALL_BURST: '50', MESSAGE_MAX_CHARS: '10' },
    });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const { refused } = await outcomes(times(200, () => call(ada.api, room.id)));
    expect(refused.filter(({ data }) => data?.errorCode === 'RATE_LIMITED').length).toBeGreaterThan(60);
  });

  test('legacy clients, on their sockets', async () => {
    await using earshot = await startEmbedded({ env: asByDefault });
    const room = someLocationId();
    using ada = await openLegacy(earshot.a.url, room);
    for (let i = 0; i < 400; i += 1) {
      ada.send({ type: 'Join', user_id: 'ada', username: i % 2 ? 'Ada' : 'Adele' });
    }
    ada.send({ type: 'Message', data: { content: 'still here' } });
    await ada.until('Error', ({ code }) => code === 'RATE_LIMITED');
    const answers = () => ['RoomJoined', 'Error', 'NewMessage'].flatMap((type) => ada.of(type));
    await ada.frames.untilAll(() => answers().length === 401); // each frame is answered once
    expect(ada.of('RoomJoined').length).toBeLessThan(150);
    using bob = await joinLegacy(earshot.a.url, room, 'Bob');
    expect(bob.of('Error')).toEqual([]);
  });

  test('legacy clients, over REST', async () => {
    await using earshot = await startEmbedded({
      env: { ...asByDefault, CALL_RATE: '1', CALL_BURST: '50', USERS_PER_ADDRESS: '1' },
    });
    const room = someLocationId();
    const ask = (path: string, body?: object) =>
      fetch(`${earshot.a.url}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: body ? { 'content-type': 'application/json' } : {},
        ...(body && { body: JSON.stringify(body) }),
      });
    const claim = () => ({ user_id: newId(), username: 'Somebody' });
    const statuses = await Promise.all(
      times(60, () => ask(`/rooms/${room}/join`, claim()).then(({ status }) => status)),
    );
    expect(statuses.filter((status) => status === 200).length).toBeLessThan(15);
    for (const path of [`/messages/${room}`, `/rooms/${room}`, `/messages/${room}?limit=x`]) {
      const answers = await Promise.all(times(100, () => ask(path)));
      const refused = answers.find(({ status }) => status === 429);
      expect(await refused?.json()).toMatchObject({ code: 'RATE_LIMITED' });
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  test('every frame of legacy clients, in a room and without one', async () => {
    await using earshot = await startEmbedded({
      env: { CALL_RATE: '0.001', CALL_BURST: '40', SEND_RATE: '0.001', SEND_BURST: '1' },
    });
    const room = someLocationId();
    const claim = { user_id: 'ada', username: 'Ada' };
    const here = { latitude: 1, longitude: 2 };
    const frames = {
      Auth: claim,
      Join: claim,
      JoinLocalChat: { ...claim, ...here },
      Message: { content: 'x' },
      LocationUpdate: here,
      Typing: { is_typing: true },
    } satisfies Record<(typeof commandTypes)[number], object>;
    using inRoom = await joinLegacy(earshot.a.url, room, 'Bob');
    using outside = await openLegacy(earshot.a.url, room);
    for (const client of [inRoom, outside]) {
      const refusals = () => client.of('Error').filter(({ code }) => code === 'RATE_LIMITED').length;
      for (const [type, fields] of Object.entries(frames)) {
        const before = refusals();
        // One of many without a pause is refused, and then every further one.
        for (let n = 0; n < 1_000; n += 1) client.send({ type, ...fields });
        await client.frames.untilAll(() => refusals() > before);
      }
    }
  });

  test('new connections are charged to their address, before their tokens are verified', async () => {
    await using earshot = await startEmbedded({
      env: {
        ...{ SEND_RATE: '0.001', SEND_BURST: '1', CALL_RATE: '0.001', CALL_BURST: '20', USERS_PER_ADDRESS: '1' },
        ...{ JWT_SECRET: 'a secret of at least thirty-two bytes' },
      },
    });
    const ask = async () => {
      const headers = { authorization: 'Bearer not-a-token' };
      const response = await fetch(`${earshot.a.url}/trpc/auth.session`, { headers });
      return JSON.stringify(await response.json());
    };
    const answers = [];
    for (let n = 0; n < 20; n += 1) answers.push(await ask());
    expect(answers.filter((answer) => answer.includes('TOKEN_INVALID'))).toHaveLength(11);
    expect(answers.at(-1)).toMatch(/"errorCode":"RATE_LIMITED".*"retryAfterMs":\d/);
    using socket = await openRaw(earshot.a.url, { identity: { token: 'not-a-token' } });
    socket.send({ id: 1, method: 'query', params: { path: 'auth.session' } });
    await socket.frames.until((frame) => JSON.stringify(frame).includes('RATE_LIMITED'));
    await socket.closed;
    const metrics = await (await fetch(`${earshot.a.url}/metrics`)).text();
    expect(metrics).toMatch(/^earshot_refusals_total\{limit="calls",by="address"\} 1\d$/m);
  });

  test('CALL_RATE=0 disables the limit', async () => {
    await using earshot = await startEmbedded({ env: { ...asByDefault, CALL_RATE: '0', CALL_BURST: '1' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    expect(await outcomes(times(300, () => ada.api.rooms.get.query({ roomId: room.id })))).toMatchObject({ done: 300 });
  });
});

type Api = ReturnType<typeof stockClient>['api'];

describe('ordinary use is not limited', () => {
  test('a page that watches 50 rooms twice and resumes them all at once, twice', async () => {
    await using earshot = await startEmbedded({ env: { ...asByDefault, WATCHES_PER_SOCKET: '100' } });
    const identity = { username: 'Ada' };
    using ada = stockClient(earshot.a.url, identity);
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    const names = times(50, someLocationId);
    const rooms = await Promise.all(
      names.map(async (name, i) => {
        using maker = await joinLegacy(earshot.a.url, name, `Maker ${i}`);
        for (let n = 0; n < 4; n += 1) maker.send({ type: 'Message', data: { content: 'x'.repeat(300) } });
        await maker.until('NewMessage');
        return name;
      }),
    );
    await Promise.all(rooms.map((roomId) => ada.api.rooms.join.mutate({ roomId })));
    for (const resume of [{}, { lastEventId: '1' }, { lastEventId: '0' }]) {
      const watches = [...rooms, ...rooms].map((roomId) => ada.watch(roomId, resume));
      await Promise.all(watches.map((watch) => watch.until(() => true)));
      for (const watch of watches) watch.stop();
    }
    await bob.api.rooms.nearby.query({ location: somewhere() });
  });

  test('loading many older pages, and sending meanwhile', async () => {
    await using earshot = await startEmbedded({ env: asByDefault });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    for (let page = 0; page < 200; page += 1) {
      await ada.api.messages.history.query({ roomId: room.id, before: 1_000_000 - page });
      if (page % 20 === 0) await ada.api.messages.send.mutate({ roomId: room.id, content: `${page}` });
    }
  });

  test('forty users of one address who connect at once', async () => {
    await using earshot = await startEmbedded({ env: asByDefault });
    const location = somewhere();
    await Promise.all(
      times(40, async (i) => {
        using client = stockClient(earshot.a.url, { username: `Somebody ${i}` });
        const { api } = client;
        await api.rooms.nearby.query({ location });
        const { room } = await api.rooms.join.mutate({ location });
        using watch = client.watch(room.id);
        await watch.until(({ event }) => event.type === 'snapshot');
        await Promise.all([
          api.presence.list.query({ roomId: room.id }),
          api.messages.history.query({ roomId: room.id }),
          api.users.updateLocation.mutate({ location }),
          ...times(5, (n) => api.messages.send.mutate({ roomId: room.id, content: `${n}` })),
        ]);
      }),
    );
  });
});

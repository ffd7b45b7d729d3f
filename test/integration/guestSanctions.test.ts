import { describe, expect, test } from 'vitest';
import { dataFolder } from '../resources/dataFolder.ts';
import { httpClient } from '../resources/httpClient.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { deployments, startServer } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient } from '../resources/stockClient.ts';
import { issuedTokens, signModerator, signToken } from '../resources/tokens.ts';

const env = { ...issuedTokens, TRUST_PROXY: '1' };
const server = { type: 'server' } as const;
const someUser = () => `user ${crypto.randomUUID()}`;
const someDevice = () => crypto.randomUUID();
const someAddress = () => `2001:db8:${hex()}:${hex()}::1`;
const hex = () => Math.floor(Math.random() * 0x10000).toString(16);
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { data?: { errorCode?: string } }) => error.data?.errorCode,
  );

interface Server {
  url: string;
}

/** Calls over plain HTTP, from that address: no connection stays open. */
const from = (address: string, { url }: Server, token?: string) =>
  httpClient(url, token === undefined ? {} : { token }, { 'x-forwarded-for': address });

const become = (address: string, at: Server, device?: string) =>
  from(address, at).api.auth.guest.mutate({ username: 'Grace', ...(device !== undefined && { device }) });

/** A new guest at the address, with clients of both. */
async function guestAt(address: string, at: Server, device?: string) {
  const { token, user } = await become(address, at, device);
  return { token, userId: user.userId, api: from(address, at, token).api };
}

describe.each(deployments)('sanctions of guests, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env }));
  const { a, b } = { a: () => earshot.a, b: () => earshot.b };

  /** A room in which Ada, who has an account, moderates. */
  async function room() {
    const ada = stockClient(a().url, { token: await signToken(someUser()) });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const { id: roomId } = room;
    const scope = { type: 'room', roomId } as const;
    return { ada, roomId, scope, moderation: ada.api.moderation, [Symbol.dispose]: () => void ada.close() };
  }

  /** What happens to a guest who joins the room under a new name and writes. */
  async function write(roomId: string, address: string, at: Server, device?: string) {
    const { api } = await guestAt(address, at, device);
    const joined = await outcome(api.rooms.join.mutate({ roomId }));
    return joined === 'done' ? outcome(api.messages.send.mutate({ roomId, content: 'hi' })) : joined;
  }

  test('a guest who is banned from the server and uses only HTTP gets no new name at the address', async () => {
    const mod = stockClient(a().url, { token: await signModerator('mod') });
    using _mod = mod;
    const address = someAddress();
    const { userId, api } = await guestAt(address, b());
    await api.auth.session.query();
    const { id: sanctionId } = await mod.api.moderation.ban.mutate({ scope: server, userId });
    for (const at of [a(), b()]) await expect.poll(() => outcome(become(address, at))).toBe('BANNED');
    const sameNetwork = address.replace('::1', '::2');
    expect(await outcome(become(sameNetwork, a()))).toBe('BANNED');
    expect(await outcome(become(someAddress(), a()))).toBe('done');
    const account = from(address, a(), await signToken(someUser())).api;
    expect(await outcome(account.rooms.join.mutate({ location: somewhere() }))).toBe('done');
    await mod.api.moderation.lift.mutate({ sanctionId });
    for (const at of [a(), b()]) {
      await expect.poll(() => outcome(become(address, at)), { timeout: 10_000 }).toBe('done');
    }
  });

  test.each(['ban', 'mute'] as const)(
    'a %s in a room holds for new guests at the address, and not for others',
    async (kind) => {
      using made = await room();
      const { roomId, scope, moderation } = made;
      const address = someAddress();
      const { userId, api } = await guestAt(address, b());
      await api.rooms.join.mutate({ roomId });
      const error = kind === 'ban' ? 'BANNED' : 'MUTED';
      await moderation[kind].mutate({ scope, userId });
      for (const at of [a(), b()]) await expect.poll(() => write(roomId, address, at)).toBe(error);
      expect(await write(roomId, someAddress(), b())).toBe('done');
      const account = from(address, b(), await signToken(someUser())).api;
      await account.rooms.join.mutate({ roomId });
      expect(await outcome(account.messages.send.mutate({ roomId, content: 'hi' }))).toBe('done');
      const { room: elsewhere } = await account.rooms.join.mutate({ location: somewhere() });
      expect(await write(elsewhere.id, address, b())).toBe('done');
    },
  );

  test.each(['ban', 'mute'] as const)('a %s holds for new guests on the device, at any address', async (kind) => {
    using made = await room();
    const { roomId, scope, moderation } = made;
    const device = someDevice();
    const { userId, api } = await guestAt(someAddress(), b(), device);
    await api.rooms.join.mutate({ roomId });
    await moderation[kind].mutate({ scope, userId });
    const error = kind === 'ban' ? 'BANNED' : 'MUTED';
    for (const at of [a(), b()]) await expect.poll(() => write(roomId, someAddress(), at, device)).toBe(error);
    expect(await write(roomId, someAddress(), b(), someDevice())).toBe('done');
  });

  test('of two guests who are banned at one address, lifting the ban of one leaves that of the other there', async () => {
    using made = await room();
    const { roomId, scope, moderation } = made;
    const address = someAddress();
    const [grace, alan] = [await guestAt(address, b()), await guestAt(address, b())];
    for (const { api } of [grace, alan]) await api.rooms.join.mutate({ roomId });
    const count = async () => (await moderation.sanctions.query({ scope })).length;
    const first = await moderation.ban.mutate({ scope, userId: grace.userId, lastsMs: 60 * 60_000 });
    await expect.poll(count).toBe(2);
    const second = await moderation.ban.mutate({ scope, userId: alan.userId });
    await expect.poll(count).toBe(4);
    await moderation.lift.mutate({ sanctionId: second.id });
    await expect.poll(count).toBe(2);
    for (const at of [a(), b()]) expect(await write(roomId, address, at)).toBe('BANNED');
    await moderation.lift.mutate({ sanctionId: first.id });
    await expect.poll(count).toBe(0);
    for (const at of [a(), b()]) await expect.poll(() => write(roomId, address, at)).toBe('done');
  });

  test('a device that is banned from the server gets no token', async () => {
    using mod = stockClient(a().url, { token: await signModerator('mod') });
    const device = someDevice();
    const { userId, api } = await guestAt(someAddress(), b(), device);
    await api.auth.session.query();
    await mod.api.moderation.ban.mutate({ scope: server, userId });
    for (const at of [a(), b()]) await expect.poll(() => outcome(become(someAddress(), at, device))).toBe('BANNED');
  });

  test('a renewed token keeps its device, whatever the client sends', async () => {
    using made = await room();
    const { roomId, scope, moderation } = made;
    const device = someDevice();
    const first = await guestAt(someAddress(), b(), device);
    const renewal = { username: 'Grace', token: first.token, device: someDevice() };
    const { token } = await from(someAddress(), b()).api.auth.guest.mutate(renewal);
    const { api } = from(someAddress(), b(), token);
    await api.rooms.join.mutate({ roomId });
    await moderation.ban.mutate({ scope, userId: first.userId });
    await expect.poll(() => write(roomId, someAddress(), b(), device)).toBe('BANNED');
  });

  test('a guest who was kicked does not come back under a new name for a minute; members at the address stay', async () => {
    using made = await room();
    const { roomId, moderation } = made;
    const address = someAddress();
    const [grace, alan] = [await guestAt(address, b()), await guestAt(address, b())];
    for (const { api } of [grace, alan]) await api.rooms.join.mutate({ roomId });
    await moderation.kick.mutate({ roomId, userId: grace.userId });
    for (const at of [a(), b()]) await expect.poll(() => write(roomId, address, at)).toBe('BANNED');
    expect(await outcome(alan.api.rooms.join.mutate({ roomId }))).toBe('done');
    expect(await outcome(alan.api.messages.send.mutate({ roomId, content: 'hi' }))).toBe('done');
    expect(await alan.api.me.sanctions.query()).toEqual([]);
    expect(await write(roomId, someAddress(), b())).toBe('done');
  });

  test('a mute holds for new guests who use only REST of the legacy wire', async () => {
    using made = await room();
    const { roomId, scope, moderation } = made;
    const address = someAddress();
    const post = async (at: Server) => {
      const { token, user } = await become(address, at);
      const body = { location_id: roomId, user_id: user.userId, username: user.username, content: 'hi' };
      const response = await fetch(`${at.url}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-forwarded-for': address },
        body: JSON.stringify(body),
      });
      const { code } = await response.json();
      return { userId: user.userId, result: code ?? response.status };
    };
    const { userId, result } = await post(b());
    expect(result).toBe(200);
    await moderation.mute.mutate({ scope, userId });
    for (const at of [a(), b()]) await expect.poll(async () => (await post(at)).result).toBe('MUTED');
  });

  test('a legacy socket at the address of a banned guest is for users with an account, and for no other guest', async () => {
    using mod = stockClient(a().url, { token: await signModerator('mod') });
    const address = someAddress();
    const [grace, alan] = [await guestAt(address, b()), await guestAt(address, b())];
    await grace.api.auth.session.query();
    const open = () => openLegacy(b().url, someLocationId(), { headers: { 'x-forwarded-for': address } });
    using before = await open(); // says nothing until the ban is in force
    await mod.api.moderation.ban.mutate({ scope: server, userId: grace.userId });
    await expect.poll(() => outcome(become(address, b()))).toBe('BANNED');
    using after = await open();
    for (const socket of [before, after]) {
      const userId = someUser();
      socket.send({ type: 'Join', user_id: userId, username: 'Ada', token: await signToken(userId) });
      await socket.until('MessageHistory');
      socket.send({ type: 'Message', content: 'hi' });
      await socket.until('NewMessage');
    }
    using ofGuest = await open();
    ofGuest.send({ type: 'Join', user_id: alan.userId, username: 'Grace', token: alan.token });
    expect((await ofGuest.until('Error')).code).toBe('BANNED');
    expect(await ofGuest.closed).toMatchObject({ code: 4403 });
  });

  test('a guest who makes a room is not muted in it with a guest at the same address', async () => {
    const address = someAddress();
    const [owner, grace] = [await guestAt(address, a()), await guestAt(address, b())];
    const { room } = await owner.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    await grace.api.rooms.join.mutate({ roomId });
    await owner.api.moderation.mute.mutate({ scope: { type: 'room', roomId }, userId: grace.userId });
    await expect.poll(() => write(roomId, address, b())).toBe('MUTED');
    expect(await outcome(owner.api.messages.send.mutate({ roomId, content: 'hi' }))).toBe('done');
  });
});

test('after a restart, the next call of a banned guest bans the address', async () => {
  await using data = await dataFolder();
  const settings = { env: { ...env, DATA_DIR: data.path } };
  const address = someAddress();
  let token: string;
  {
    await using first = await startServer(settings);
    const guest = await guestAt(address, first);
    token = guest.token;
    using mod = stockClient(first.url, { token: await signModerator('mod') });
    await mod.api.moderation.ban.mutate({ scope: server, userId: guest.userId });
  }
  await using second = await startServer(settings);
  expect(await outcome(from(address, second, token).api.auth.session.query())).toBe('BANNED');
  await expect.poll(() => outcome(become(address, second))).toBe('BANNED');
});

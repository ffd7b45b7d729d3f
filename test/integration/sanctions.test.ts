import { describe, expect, test } from 'vitest';
import { median } from '../bench/figures.ts';
import { eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { httpClient } from '../resources/httpClient.ts';
import { joinLegacy, openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { createModerated, refusal } from '../resources/moderation.ts';
import { watchPlace } from '../resources/neighbourhood.ts';
import { type Duration, measure } from '../resources/ownTime.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { deployments, startEmbedded, startServer } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient } from '../resources/stockClient.ts';
import { issuedTokens, signModerator, signToken } from '../resources/tokens.ts';

const server = { type: 'server' } as const;
const someUser = () => `user ${crypto.randomUUID()}`;
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { data?: { errorCode?: string } }) => error.data?.errorCode,
  );

describe.each(deployments)('sanctions on the server, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: issuedTokens }));
  const moderator = async () => stockClient(earshot.a.url, { token: await signModerator('mod') });

  test('a ban ends the sockets of the user on the other instance within 1 s, while 200 messages a second are sent', async () => {
    using mod = await moderator();
    using ada = stockClient(earshot.a.url, { token: await signToken(someUser()) });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const chatter = setInterval(() => {
      for (let n = 0; n < 10; n += 1) ada.api.messages.send.mutate({ roomId: room.id, content: 'hi' }).catch(() => {});
    }, 50);
    using _chatter = { [Symbol.dispose]: () => clearInterval(chatter) };
    const times: Duration[] = [];
    for (let round = 0; round < 5; round += 1) {
      const userId = someUser();
      const token = await signToken(userId);
      using eve = stockClient(earshot.b.url, { token });
      await eve.api.rooms.join.mutate({ roomId: room.id });
      using watch = eve.watch(room.id);
      using raw = await openRaw(earshot.b.url, { identity: { token } });
      raw.send({ id: 1, method: 'query', params: { path: 'auth.session' } });
      await raw.frames.until(() => true);
      await watch.until(({ event }) => event.type === 'message.created');
      const ban = () => mod.api.moderation.ban.mutate({ scope: server, userId, reason: 'spam' });
      times.push(await measure(() => Promise.all([ban(), raw.closed])));
      expect(await raw.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('banned') });
      expect(await watch.untilEnd()).toMatchObject(refusal('BANNED', { reason: 'spam' }));
      using again = httpClient(earshot.b.url, { token });
      expect(await outcome(again.api.rooms.join.mutate({ roomId: room.id }))).toBe('BANNED');
      expect(await outcome(again.api.auth.session.query())).toBe('BANNED');
      expect(await again.api.me.sanctions.query()).toMatchObject([{ kind: 'ban', scope: server, reason: 'spam' }]);
    }
    expect(median(times.map(({ own }) => own))).toBeLessThan(1_000); // usually about 200
    // Less than the time to the next read of the rules, also on a busy machine.
    for (const { total } of times) expect(total).toBeLessThan(3_000);
  });

  test('a banned guest gets no new token at that address, until the ban is lifted; other users of the address stay', async () => {
    using mod = await moderator();
    using visitor = stockClient(earshot.b.url, {});
    const { token, user } = await visitor.api.auth.guest.mutate({ username: 'Grace' });
    using account = stockClient(earshot.b.url, { token: await signToken(someUser()) });
    await account.api.auth.session.query();
    using grace = await openRaw(earshot.b.url, { identity: { token } });
    grace.send({ id: 1, method: 'query', params: { path: 'auth.session' } });
    await grace.frames.until(() => true);
    const { id: sanctionId } = await mod.api.moderation.ban.mutate({ scope: server, userId: user.userId });
    expect((await grace.closed).code).toBe(4403);
    for (const { url } of [earshot.a, earshot.b]) {
      using other = httpClient(url, {});
      await expect.poll(() => outcome(other.api.auth.guest.mutate({ username: 'Grace' }))).toBe('BANNED');
    }
    await account.api.auth.session.query();
    await mod.api.moderation.lift.mutate({ sanctionId });
    for (const { url } of [earshot.a, earshot.b]) {
      using other = httpClient(url, {});
      const again = () => outcome(other.api.auth.guest.mutate({ username: 'Grace' }));
      await expect.poll(again, { timeout: 10_000 }).toBe('done');
    }
  });

  test('an area has the rooms around; others are not affected', async () => {
    using mod = await moderator();
    const [userId, location] = [someUser(), somewhere()];
    using eve = stockClient(earshot.b.url, { token: await signToken(userId) });
    const { room } = await eve.api.rooms.join.mutate({ location });
    const far = await eve.api.rooms.join.mutate({ location: somewhere() });
    using watch = eve.watch(room.id);
    await watch.until(() => true);
    await mod.api.moderation.ban.mutate({ scope: { type: 'area', location }, userId });
    expect(await watch.untilEnd()).toMatchObject(refusal('BANNED'));
    expect(await outcome(eve.api.messages.send.mutate({ roomId: room.id, content: 'hi' }))).toBe('BANNED');
    await eve.api.messages.send.mutate({ roomId: far.room.id, content: 'hi' });
  });

  test('users read which of their sanctions hold in a room: those of the room, of its area, and of the server', async () => {
    using mod = await moderator();
    const userId = someUser();
    const [location, elsewhere] = [somewhere(), somewhere()];
    using eve = stockClient(earshot.b.url, { token: await signToken(userId) });
    const { room } = await eve.api.rooms.join.mutate({ location });
    const far = await eve.api.rooms.join.mutate({ location: elsewhere });
    await mod.api.moderation.mute.mutate({ scope: { type: 'area', location }, userId });
    await mod.api.moderation.mute.mutate({ scope: { type: 'room', roomId: far.room.id }, userId });
    await mod.api.moderation.mute.mutate({ scope: server, userId });
    await eventually(async () => (await eve.api.me.sanctions.query()).length === 3);
    const scopesIn = async (roomId: string) =>
      (await eve.api.me.sanctions.query({ roomId })).map(({ scope }) => scope.type).toSorted();
    expect(await scopesIn(room.id)).toEqual(['area', 'server']);
    expect(await scopesIn(far.room.id)).toEqual(['room', 'server']);
    expect(await scopesIn('no such room')).toEqual(['server']);
  });

  test('a user who is banned in an area makes no room there', async () => {
    using mod = await moderator();
    const [userId, location] = [someUser(), somewhere()];
    using eve = stockClient(earshot.b.url, { token: await signToken(userId) });
    await eve.api.auth.session.query();
    await mod.api.moderation.ban.mutate({ scope: { type: 'area', location }, userId });
    await eventually(async () => (await eve.api.me.sanctions.query()).length === 1);
    expect(await outcome(eve.api.rooms.join.mutate({ location }))).toBe('BANNED');
    expect(await mod.api.rooms.nearby.query({ location, radius: 100 })).toEqual([]);
  });

  test('users who are banned in a room or an area get nothing of it from the rooms around', async () => {
    using mod = await moderator();
    const [userId, location] = [someUser(), somewhere()];
    using ada = stockClient(earshot.a.url, { token: await signToken(someUser()) });
    using eve = stockClient(earshot.b.url, { token: await signToken(userId) });
    const { room } = await ada.api.rooms.join.mutate({ location });
    const send = (content: string) => ada.api.messages.send.mutate({ roomId: room.id, content });
    await send('before');
    for (const scope of [{ type: 'room', roomId: room.id } as const, { type: 'area', location } as const]) {
      using around = watchPlace(eve.api, { location });
      await around.first('room.entered');
      const { id: sanctionId } = await mod.api.moderation.ban.mutate({ scope, userId });
      await around.first('room.left');
      await send(`secret ${scope.type}`);
      using again = watchPlace(eve.api, { location });
      await again.first('ready');
      expect(JSON.stringify([around.all, again.all])).not.toContain(`secret ${scope.type}`);
      await mod.api.moderation.lift.mutate({ sanctionId });
      await again.first('room.entered');
      await send('after');
    }
  });

  test('no user lifts a sanction of their own, or changes what a stronger role decided', async () => {
    using mod = await moderator();
    const [userId, ownerId] = [someUser(), someUser()];
    using owner = stockClient(earshot.a.url, { token: await signToken(ownerId) });
    const { room } = await owner.api.rooms.join.mutate({ location: somewhere() });
    const scope = { type: 'room', roomId: room.id } as const;
    const mute = await mod.api.moderation.mute.mutate({ scope, userId: ownerId });
    const ban = await mod.api.moderation.ban.mutate({ scope, userId });
    await mod.api.moderation.setClosed.mutate({ roomId: room.id, on: true });
    const { moderation } = owner.api;
    expect(await outcome(moderation.lift.mutate({ sanctionId: mute.id }))).toBe('NOT_ALLOWED');
    expect(await outcome(moderation.lift.mutate({ sanctionId: ban.id }))).toBe('NOT_ALLOWED');
    expect(await outcome(moderation.ban.mutate({ scope, userId, lastsMs: 1_000 }))).toBe('NOT_ALLOWED');
    expect(await outcome(moderation.setClosed.mutate({ roomId: room.id, on: false }))).toBe('NOT_ALLOWED');
    expect(await outcome(moderation.setClosed.mutate({ roomId: room.id, on: true, lastsMs: 1_000 }))).toBe(
      'NOT_ALLOWED',
    );
    await moderation.kick.mutate({ roomId: room.id, userId });
    expect(await mod.api.moderation.sanctions.query({ scope })).toHaveLength(3);
    await mod.api.moderation.setClosed.mutate({ roomId: room.id, on: false });
    await mod.api.moderation.lift.mutate({ sanctionId: ban.id });
    await moderation.ban.mutate({ scope, userId, lastsMs: 1_000 });
  });

  test.each(['admin', 'moderator'] as const)(
    'the role %s in a token protects its user on all instances',
    async (role) => {
      using mod = await moderator();
      const userId = someUser();
      using admin = httpClient(earshot.b.url, { token: await signModerator(userId, role) });
      await admin.api.auth.session.query();
      const ban = () => outcome(mod.api.moderation.ban.mutate({ scope: server, userId: userId }));
      await expect.poll(ban).toBe('NOT_ALLOWED');
      expect(await mod.api.moderation.sanctions.query({ scope: server })).not.toContainEqual(
        expect.objectContaining({ moderator: expect.objectContaining({ userId }) }),
      );
    },
  );

  test('moderators can’t sanction each other', async () => {
    using mod = await moderator();
    using admin = stockClient(earshot.a.url, { token: await signModerator('boss', 'admin') });
    const userId = someUser();
    await admin.api.roles.grant.mutate({ scope: server, userId, role: 'moderator' });
    expect(await outcome(mod.api.moderation.ban.mutate({ scope: server, userId }))).toBe('NOT_ALLOWED');
    expect(await outcome(mod.api.moderation.mute.mutate({ scope: server, userId: 'mod' }))).toBe('INVALID_INPUT');
  });
});

test('a room has at most 1,000 mutes and bans', async () => {
  await using earshot = await startEmbedded({ env: { ...issuedTokens, SEND_RATE: '0' } });
  using owner = stockClient(earshot.a.url, { token: await signToken(someUser()) });
  const { room } = await owner.api.rooms.join.mutate({ location: somewhere() });
  const scope = { type: 'room', roomId: room.id } as const;
  const mute = (userId: string) => owner.api.moderation.mute.mutate({ scope, userId });
  const users = Array.from({ length: 1_000 }, someUser);
  const [first = ''] = users;
  for (let at = 0; at < users.length; at += 100) await Promise.all(users.slice(at, at + 100).map(mute));
  expect(await outcome(mute(someUser()))).toBe('TOO_MANY_SANCTIONS');
  const { id: sanctionId } = await mute(first);
  await owner.api.moderation.lift.mutate({ sanctionId });
  await mute(someUser());
  const listed = await owner.api.moderation.sanctions.query({ scope });
  expect(listed).toHaveLength(1_000);
});

describe.each(deployments)('sanctions and legacy clients, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  test('a mute and a ban hold on the legacy wire', async () => {
    const locationId = someLocationId();
    using owner = stockClient(earshot.a.url, { username: 'Owner', userId: 'owner' });
    using first = await openLegacy(earshot.a.url, locationId);
    first.send({ type: 'Join', user_id: 'owner', username: 'Owner' });
    await first.until('MessageHistory');
    using eve = await joinLegacy(earshot.b.url, locationId, 'Eve');
    const scope = { type: 'room', roomId: locationId } as const;
    await owner.api.moderation.mute.mutate({ scope, userId: 'eve' });
    await expect
      .poll(async () => {
        eve.send({ type: 'Message', content: 'hi' });
        await eve.until('NewMessage', undefined, 200).catch(() => {});
        return eve.of('Error').map(({ data }) => data.code);
      })
      .toContain('MUTED');
    await owner.api.moderation.ban.mutate({ scope, userId: 'eve' });
    await eve.until('Error', ({ data }) => data.code === 'BANNED');
    const response = await fetch(`${earshot.b.url}/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: 'eve', username: 'Eve', location_id: locationId }),
    });
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'BANNED' }]);
  });

  test('in slow mode, of many sends at once on two instances one is stored', async () => {
    using made = await createModerated(earshot);
    const { ada, bob, bobId, room, watch } = made;
    await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: 3_600_000 });
    await watch.until(({ event }) => event.type === 'room.rules');
    using other = stockClient(earshot.a.url, { username: 'Bob', userId: bobId });
    const calls = Array.from({ length: 20 }, (_, n) =>
      outcome((n % 2 ? bob : other).api.messages.send.mutate({ roomId: room.id, content: `${n}` })),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'SLOW_MODE')).toHaveLength(19);
  });

  test('a user who joins while being banned is no member in the end', async () => {
    using made = await createModerated(earshot);
    const { ada, bob, bobId, scope, room } = made;
    const joins = Array.from({ length: 10 }, () => outcome(bob.api.rooms.join.mutate({ roomId: room.id })));
    await ada.api.moderation.ban.mutate({ scope, userId: bobId });
    joins.push(...Array.from({ length: 10 }, () => outcome(bob.api.rooms.join.mutate({ roomId: room.id }))));
    await Promise.all(joins);
    await expect
      .poll(() => outcome(bob.api.rooms.join.mutate({ roomId: room.id })), { timeout: 10_000 })
      .toBe('BANNED');
    expect(await outcome(bob.api.messages.history.query({ roomId: room.id }))).toBe('BANNED');
  });
});

test('a ban holds after a restart', async () => {
  await using data = await dataFolder();
  const env = { ...issuedTokens, DATA_DIR: data.path };
  {
    await using first = await startServer({ env });
    using mod = stockClient(first.url, { token: await signModerator('mod') });
    await mod.api.moderation.ban.mutate({ scope: server, userId: 'eve' });
  }
  await using second = await startServer({ env });
  using eve = httpClient(second.url, { token: await signToken('eve') });
  expect(await outcome(eve.api.auth.session.query())).toBe('BANNED');
});

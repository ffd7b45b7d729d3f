import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { checkedDeployments, identityOf } from '../../resources/moderators.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { sqliteSite } from '../../resources/stores.ts';
import { transports } from '../../resources/transports.ts';

const inRoom = (roomId: string) => ({ type: 'room', roomId }) as const;
const server = { type: 'server' } as const;
const notAllowed = { data: { errorCode: 'NOT_ALLOWED', httpStatus: 403, retry: 'no' } };

describe.each(deployments)('roles.grant, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'a room moderator may do it on every instance within a second ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        using bob = stockClient(earshot.b.url, { username: 'Bob', userId: 'bob' });
        const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
        await bob.api.rooms.join.mutate({ roomId: room.id });
        const describeRoom = () => bob.api.rooms.describe.mutate({ roomId: room.id, title: 'Club' });
        await expect(describeRoom()).rejects.toMatchObject({ data: { errorCode: 'NOT_THE_OWNER' } });
        const grant = { scope: inRoom(room.id), userId: 'bob', username: 'Bob', role: 'roomModerator' } as const;
        await ada.api.roles.grant.mutate(grant);
        await expect
          .poll(
            () =>
              describeRoom().then(
                ({ title }) => title,
                () => null,
              ),
            { timeout: 5_000 },
          )
          .toBe('Club');
        expect((await bob.api.auth.session.query()).rooms).toContain(room.id);
      },
    );

    test.each(transports)('a role replaces the one before ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const scope = inRoom(room.id);
      for (const username of ['Bob', 'Bobby']) {
        using bob = connect(earshot.b.url, { username, userId: 'bob' });
        await bob.api.rooms.join.mutate({ roomId: room.id });
        await bob.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
        await ada.api.roles.grant.mutate({ scope, userId: 'bob', role: 'roomModerator' });
      }
      expect(await ada.api.roles.list.query({ scope })).toMatchObject([
        { userId: 'ada', role: 'owner' },
        { userId: 'bob', username: 'Bobby', role: 'roomModerator' },
      ]);
    });

    test('the name that is shown is one that the user has had in the room, not one that the owner gives', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
      using eve = stockClient(earshot.b.url, { username: 'Eve', userId: 'eve' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      await eve.api.rooms.join.mutate({ roomId: room.id });
      const scope = inRoom(room.id);
      for (const userId of ['eve', 'nobody']) {
        await ada.api.roles.grant.mutate({ scope, userId, username: 'admin', role: 'roomModerator' });
      }
      expect(await ada.api.roles.list.query({ scope })).toMatchObject([
        { userId: 'ada' },
        { userId: 'eve', username: 'Eve' },
        { userId: 'nobody', username: null },
      ]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'roles.grant', {
      input: { scope: { type: 'room', roomId: 'ROOM' }, userId: 'eve', role: 'roomModerator' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'roles.grant', [
      [{ scope: { type: 'room', roomId: 'ROOM' }, userId: 'eve', role: 'owner' }, 'NOT_ALLOWED', 'weaker'],
      [{ scope: { type: 'server' }, userId: 'eve', role: 'moderator' }, 'NOT_ALLOWED'],
      [{ scope: inRoom(newId()), userId: 'eve', role: 'roomModerator' }, 'ROOM_NOT_FOUND'],
    ]);

    test('TOO_MANY_ROLES: the 51st role in a room', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const scope = inRoom(room.id);
      const grant = (n: number) => ada.api.roles.grant.mutate({ scope, userId: `user ${n}`, role: 'roomModerator' });
      for (let n = 1; n <= 50; n += 1) await grant(n);
      await expect(grant(51)).rejects.toMatchObject({ data: { errorCode: 'TOO_MANY_ROLES', httpStatus: 409 } });
      await grant(1);
      await ada.api.roles.withdraw.mutate({ scope, userId: 'user 1' });
      await grant(51);
    });
  });
});

describe.each(checkedDeployments)('roles.grant with roles in tokens, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  test.each(transports)(
    'an admin makes moderators, and these moderators of areas ($transport)',
    async ({ connect }) => {
      using root = connect(earshot.a.url, await identityOf('root', 'admin'));
      const cleo = `cleo ${newId()}`;
      const dana = `dana ${newId()}`;
      await root.api.roles.grant.mutate({ scope: server, userId: cleo, username: 'Cleo', role: 'moderator' });
      const granted = await root.api.roles.list.query({ scope: server });
      expect(granted.find(({ userId }) => userId === cleo)).toMatchObject({ username: 'Cleo' });
      using moderator = connect(earshot.b.url, await identityOf(cleo));
      await expect.poll(async () => (await moderator.api.auth.session.query()).roles).toEqual(['moderator']);
      const location = somewhere();
      const area = { type: 'area', location } as const;
      await moderator.api.roles.grant.mutate({ scope: area, userId: dana, role: 'areaModerator' });
      using areaModerator = connect(earshot.a.url, await identityOf(dana));
      await expect.poll(async () => (await areaModerator.api.auth.session.query()).areas).toHaveLength(1);
      using ada = connect(earshot.a.url, await identityOf('ada'));
      const { room } = await ada.api.rooms.join.mutate({ location });
      await areaModerator.api.roles.grant.mutate({ scope: inRoom(room.id), userId: 'eve', role: 'owner' });
      // Nobody grants what is not weaker than their own role, and nobody changes the role of a stronger user.
      const refused = [
        moderator.api.roles.grant.mutate({ scope: server, userId: 'eve', role: 'moderator' }),
        areaModerator.api.roles.grant.mutate({ scope: area, userId: 'eve', role: 'areaModerator' }),
        areaModerator.api.roles.grant.mutate({ scope: inRoom(room.id), userId: cleo, role: 'roomModerator' }),
        ada.api.roles.grant.mutate({ scope: inRoom(room.id), userId: dana, role: 'roomModerator' }),
      ];
      await Promise.all(refused.map((call) => expect(call).rejects.toMatchObject(notAllowed)));
      await root.api.roles.grant.mutate({ scope: server, userId: cleo, role: 'admin' });
      await expect.poll(async () => (await moderator.api.auth.session.query()).roles).toEqual(['admin']);
    },
  );
});

test('roles.grant and roles.withdraw are recorded in the audit log', async () => {
  await using site = await sqliteSite();
  const store = await site.open();
  await using earshot = await startServer({ drivers: { store } });
  using ada = stockClient(earshot.url, { username: 'Ada', userId: 'ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  await ada.api.roles.grant.mutate({ scope: inRoom(room.id), userId: 'bob', role: 'roomModerator' });
  await ada.api.roles.withdraw.mutate({ scope: inRoom(room.id), userId: 'bob' });
  const { entries } = await store.audit.page({ filters: {}, limit: 10 });
  const entry = {
    ...{ actor: { userId: 'ada', username: 'Ada' }, subjectUserId: 'bob', roomId: room.id, scope: 'room' },
    detail: { type: 'role', role: 'roomModerator' },
  };
  expect(entries).toMatchObject([
    { action: 'withdrawRole', ...entry },
    { action: 'grantRole', ...entry },
  ]);
});

describe('roles.grant refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'roles.grant', [
    [{ scope: inRoom('x'), userId: 'eve', role: 'moderator' }, 'INVALID_INPUT', 'role'],
    [{ scope: server, userId: 'eve', role: 'owner' }, 'INVALID_INPUT', 'role'],
    [{ scope: { type: 'area' }, userId: 'eve', role: 'areaModerator' }, 'INVALID_INPUT', 'location'],
    [{ scope: server, userId: '', role: 'admin' }, 'INVALID_INPUT', 'userId'],
  ]);

  const input = { scope: inRoom(newId()), userId: 'eve', role: 'roomModerator' };
  testCallRate('roles.grant', input);
  testStoreUnavailable('roles.grant', input);
});

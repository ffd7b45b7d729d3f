import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { checkedDeployments, identityOf } from '../../resources/moderators.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const inRoom = (roomId: string) => ({ type: 'room', roomId }) as const;
const server = { type: 'server' } as const;

describe.each(deployments)('roles.withdraw, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'the role is without effect on every instance within a second ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        using bob = stockClient(earshot.b.url, { username: 'Bob', userId: 'bob' });
        const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
        const scope = inRoom(room.id);
        const rooms = async () => (await bob.api.auth.session.query()).rooms.includes(room.id);
        await ada.api.roles.grant.mutate({ scope, userId: 'bob', role: 'roomModerator' });
        await expect.poll(rooms, { timeout: 5_000 }).toBe(true);
        await ada.api.roles.withdraw.mutate({ scope, userId: 'bob' });
        await expect.poll(rooms, { timeout: 5_000 }).toBe(false);
        await ada.api.roles.withdraw.mutate({ scope, userId: 'bob' });
        expect(await ada.api.roles.list.query({ scope })).toHaveLength(1);
      },
    );

    test.each(transports)('everybody may give up a role ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      using bob = connect(earshot.a.url, { username: 'Bob', userId: 'bob' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const scope = inRoom(room.id);
      for (const userId of ['bob', 'cleo']) await ada.api.roles.grant.mutate({ scope, userId, role: 'roomModerator' });
      const others = bob.api.roles.withdraw.mutate({ scope, userId: 'cleo' });
      await expect(others).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } });
      await bob.api.roles.withdraw.mutate({ scope, userId: 'bob' });
      expect((await ada.api.roles.list.query({ scope })).map(({ userId }) => userId)).toEqual(['ada', 'cleo']);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'roles.withdraw', {
      input: { scope: { type: 'room', roomId: 'ROOM' }, userId: 'eve' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'roles.withdraw', [
      [{ scope: { type: 'server' }, userId: 'eve' }, 'NOT_ALLOWED'],
      [{ scope: inRoom(newId()), userId: 'eve' }, 'ROOM_NOT_FOUND'],
    ]);

    test.each(transports)(
      'NOT_ALLOWED: the user who made the room stays its owner ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
        const call = ada.api.roles.withdraw.mutate({ scope: inRoom(room.id), userId: 'ada' });
        await expect(call).rejects.toMatchObject({
          data: { errorCode: 'NOT_ALLOWED' },
          message: expect.stringContaining('made'),
        });
      },
    );
  });
});

describe.each(checkedDeployments)('roles.withdraw with roles in tokens, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  test.each(transports)('admins withdraw the role of admins, moderators do not ($transport)', async ({ connect }) => {
    using root = connect(earshot.a.url, await identityOf('root', 'admin'));
    const cleo = `cleo ${newId()}`;
    await root.api.roles.grant.mutate({ scope: server, userId: cleo, role: 'admin' });
    using moderator = connect(earshot.a.url, await identityOf('mod', 'moderator'));
    const refused = moderator.api.roles.withdraw.mutate({ scope: server, userId: cleo });
    await expect(refused).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } });
    await root.api.roles.withdraw.mutate({ scope: server, userId: cleo });
    using former = connect(earshot.a.url, await identityOf(cleo));
    expect((await former.api.auth.session.query()).roles).toEqual([]);
  });
});

describe('roles.withdraw refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'roles.withdraw', [
    [{ scope: { type: 'nothing' }, userId: 'eve' }, 'INVALID_INPUT', 'scope'],
    [{ scope: server, userId: '' }, 'INVALID_INPUT', 'userId'],
  ]);

  testCallRate('roles.withdraw', { scope: inRoom(newId()), userId: 'eve' });
  testStoreUnavailable('roles.withdraw', { scope: inRoom(newId()), userId: 'eve' });
});

import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { checkedDeployments, identityOf } from '../../resources/moderators.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

const inRoom = (roomId: string) => ({ type: 'room', roomId }) as const;

describe.each(deployments)('roles.list, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('lists the maker of a room, and who was granted a role ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const scope = inRoom(room.id);
      using zoe = connect(earshot.b.url, { username: 'Zoe', userId: 'zoe' });
      await zoe.api.rooms.join.mutate({ roomId: room.id });
      await ada.api.roles.grant.mutate({ scope, userId: 'zoe', role: 'roomModerator' });
      await ada.api.roles.grant.mutate({ scope, userId: 'bob', role: 'roomModerator' });
      const grantedBy = { userId: 'ada', username: 'Ada' };
      const granted = { role: 'roomModerator', grantedBy, grantedAt: expect.any(Date) };
      expect(await ada.api.roles.list.query({ scope })).toEqual([
        { userId: 'ada', username: null, role: 'owner', grantedBy: null, grantedAt: null },
        { userId: 'bob', username: null, ...granted },
        { userId: 'zoe', username: 'Zoe', ...granted },
      ]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'roles.list', {
      input: { scope: { type: 'room', roomId: 'ROOM' } },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'roles.list', [
      [{ scope: { type: 'server' } }, 'NOT_ALLOWED'],
      [{ scope: { type: 'area', location: somewhere() } }, 'NOT_ALLOWED'],
      [{ scope: inRoom(newId()) }, 'ROOM_NOT_FOUND'],
    ]);
  });
});

describe.each(checkedDeployments)('roles.list with roles in tokens, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  test.each(transports)(
    'lists the roles on the server and in an area, strongest first ($transport)',
    async ({ connect }) => {
      using root = connect(earshot.a.url, await identityOf('root', 'admin'));
      const server = { type: 'server' } as const;
      const area = { type: 'area', location: somewhere() } as const;
      await root.api.roles.grant.mutate({ scope: server, userId: 'ann', role: 'moderator' });
      await root.api.roles.grant.mutate({ scope: server, userId: 'zoe', role: 'admin' });
      await root.api.roles.grant.mutate({ scope: area, userId: 'dana', role: 'areaModerator' });
      expect(await root.api.roles.list.query({ scope: server })).toMatchObject([
        { userId: 'zoe', role: 'admin' },
        { userId: 'ann', role: 'moderator' },
      ]);
      expect(await root.api.roles.list.query({ scope: area })).toMatchObject([
        { userId: 'dana', role: 'areaModerator' },
      ]);
    },
  );
});

describe('roles.list refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'roles.list', [
    [{ scope: { type: 'room' } }, 'INVALID_INPUT', 'roomId'],
    [{}, 'INVALID_INPUT', 'scope'],
  ]);

  testCallRate('roles.list', { scope: inRoom(newId()) });
  testStoreUnavailable('roles.list', { scope: inRoom(newId()) });
});

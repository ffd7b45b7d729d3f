import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { checkedDeployments, identityOf } from '../../resources/moderators.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

const inRoom = (roomId: string) => ({ type: 'room', roomId }) as const;

describe.each(deployments)('roles.own, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('returns the strongest role in the scope ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      using bob = connect(earshot.a.url, { username: 'Bob', userId: 'bob' });
      const location = somewhere();
      const { room } = await ada.api.rooms.join.mutate({ location });
      const scope = inRoom(room.id);
      const own = async () => (await bob.api.roles.own.query({ scope })).role;
      expect(await ada.api.roles.own.query({ scope })).toEqual({ role: 'owner' });
      expect(await own()).toBe('visitor');
      await bob.api.rooms.join.mutate({ roomId: room.id });
      expect(await own()).toBe('member');
      await ada.api.roles.grant.mutate({ scope, userId: 'bob', role: 'roomModerator' });
      expect(await own()).toBe('roomModerator');
      for (const elsewhere of [{ type: 'server' }, { type: 'area', location }] as const) {
        expect(await ada.api.roles.own.query({ scope: elsewhere })).toEqual({ role: 'visitor' });
      }
    });
  });

  describe('access', () => {
    testAccess(earshot, 'roles.own', {
      input: { scope: { type: 'room', roomId: 'ROOM' } },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'allowed',
        'a member': 'allowed',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'roles.own', [[{ scope: inRoom(newId()) }, 'ROOM_NOT_FOUND']]);
  });
});

describe.each(checkedDeployments)('roles.own with roles in tokens, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  test.each(transports)('an admin is an admin everywhere ($transport)', async ({ connect }) => {
    using root = connect(earshot.a.url, await identityOf('root', 'moderator', 'admin'));
    const { room } = await root.api.rooms.join.mutate({ location: somewhere() });
    for (const scope of [inRoom(room.id), { type: 'area', location: somewhere() }, { type: 'server' }] as const) {
      expect(await root.api.roles.own.query({ scope })).toEqual({ role: 'admin' });
    }
  });
});

describe('roles.own refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'roles.own', [[{ scope: { type: 'nothing' } }, 'INVALID_INPUT', 'scope']]);
  testCallRate('roles.own', { scope: inRoom(newId()) });
  testStoreUnavailable('roles.own', { scope: inRoom(newId()) });
});

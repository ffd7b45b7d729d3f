import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { createModerated } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.users, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'finds members by the beginning of the name, also hidden ones ($transport)',
      async ({ connect }) => {
        using made = await createModerated(earshot, connect);
        const { ada, bob, bobId, scope, room } = made;
        await bob.api.me.setVisibility.mutate({ rooms: 'all', visible: false });
        for (const username of ['Bobby', 'Bo\u0301bert', 'Ann']) {
          using other = stockClient(earshot.a.url, { username, userId: `${username} of ${room.id}` });
          await other.api.rooms.join.mutate({ roomId: room.id });
        }
        const search = (text: string, more = {}) => ada.api.moderation.users.query({ scope, text, ...more });
        const { users, nextCursor } = await search('BOB');
        expect(users.map(({ username }) => username)).toEqual(
          ['Bob', 'Bobby', 'Bóbert'].map((name) => name.normalize()),
        );
        expect(users[0]).toEqual({ userId: bobId, username: 'Bob' });
        expect(nextCursor).toBeNull();
        const first = await search('bob', { limit: 2 });
        expect(first.users).toEqual(users.slice(0, 2));
        expect(await search('bob', { limit: 2, cursor: first.nextCursor })).toEqual({
          users: users.slice(2),
          nextCursor: null,
        });
        expect(await search('zed')).toEqual({ users: [], nextCursor: null });
        expect(await search('\u200b')).toEqual({ users: [], nextCursor: null });
      },
    );

    test('finds a user by the whole id, and a banned one by the id although the membership has ended', async () => {
      using made = await createModerated(earshot);
      const { ada, bobId, scope } = made;
      const search = async (text: string) => (await ada.api.moderation.users.query({ scope, text })).users;
      expect(await search(bobId)).toEqual([{ userId: bobId, username: 'Bob' }]);
      expect(await search(bobId.slice(0, -1))).toEqual([]);
      await ada.api.moderation.ban.mutate({ scope, userId: bobId });
      expect(await search(bobId)).toMatchObject([{ userId: bobId }]);
    });

    test('finds no user outside of the scope', async () => {
      using made = await createModerated(earshot);
      using other = await createModerated(earshot);
      const { users } = await made.ada.api.moderation.users.query({ scope: made.scope, text: 'Bob' });
      expect(users).toEqual([{ userId: made.bobId, username: 'Bob' }]);
      expect((await made.ada.api.moderation.users.query({ scope: made.scope, text: other.bobId })).users).toEqual([]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.users', {
      input: { scope: { type: 'room', roomId: 'ROOM' }, text: 'A' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });
});

describe.each(deployments)('moderation.users refuses positions among other names, $name', ({ start }) => {
  const earshot = sharedDeployment(start);
  const scope = { type: 'room', roomId: 'ROOM' };

  testRefusals(
    earshot,
    'moderation.users',
    ['a', 'c', 'b\u{10FFFF}', 'b\u{10FFFF}b', ''].map((key) => [
      { scope, text: 'B', cursor: JSON.stringify([key, 'x']) },
      'INVALID_INPUT',
      'cursor',
    ]),
  );
});

describe('moderation.users refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);
  const scope = { type: 'room', roomId: 'ROOM' };

  testRefusals(earshot, 'moderation.users', [
    [{ scope, text: '' }, 'INVALID_INPUT', 'text'],
    [{ scope, text: 'x'.repeat(129) }, 'INVALID_INPUT', 'text'],
    [{ scope, text: 'A', cursor: 'x' }, 'INVALID_INPUT', 'cursor'],
    [{ scope, text: 'A', cursor: '["x",1]' }, 'INVALID_INPUT', 'cursor'],
    [{ scope, text: 'A', limit: 51 }, 'INVALID_INPUT', 'limit'],
    [{ scope: { type: 'room', roomId: newId() }, text: 'A' }, 'ROOM_NOT_FOUND'],
    [{ scope: { type: 'server' }, text: 'A' }, 'NOT_ALLOWED'],
  ]);

  testCallRate('moderation.users', { scope: { type: 'room', roomId: newId() }, text: 'A' });
  testStoreUnavailable('moderation.users', { scope: { type: 'room', roomId: newId() }, text: 'A' });
});

import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../resources/collect.ts';
import { createModerated } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { reportedRoom } from '../../resources/reportedRoom.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.user, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  describe('does', () => {
    test('shows a user in a room, in the area and on the server', async () => {
      await using room = await reportedRoom(earshot);
      await using elsewhere = await reportedRoom(earshot);
      const { ada, ben, mod, roomId, benId: userId, message, scope } = room;
      await ben.api.rooms.join.mutate({ roomId: elsewhere.roomId });
      const { id: there } = await ben.api.messages.send.mutate({ roomId: elsewhere.roomId, content: 'hello' });
      const report = await room.report();
      const mute = await ada.api.moderation.mute.mutate({ scope, userId, reason: 'spam' });
      await mod.api.roles.grant.mutate({
        ...{ scope: { type: 'room', roomId: elsewhere.roomId }, userId, role: 'roomModerator' },
      });
      const inRoom = await ada.api.moderation.user.query({ scope, userId });
      const membership = { roomId, username: 'Ben', roomName: expect.any(String) };
      expect(inRoom).toMatchObject({
        ...{ userId, username: 'Ben', role: 'member', roles: [], rooms: [membership] },
        sanctions: [{ id: mute.id, kind: 'mute', reason: 'spam', roomName: membership.roomName }],
        reports: [{ id: report.id, reason: 'spam', reporter: null, message: { id: message.id } }],
        decisions: [{ action: 'muteUser', roomId }],
        messages: [{ id: message.id, content: 'buy this', roomName: membership.roomName }],
      });

      await eventually(async () => (await mod.api.moderation.user.query({ scope, userId })).sanctions.length > 0);
      for (const here of [{ type: 'server' }, { type: 'area', location: room.location }] as const) {
        const found = await mod.api.moderation.user.query({ scope: here, userId });
        expect(found).toMatchObject({ role: 'visitor', sanctions: [{ id: mute.id }], reports: [{ id: report.id }] });
        expect(found.reports[0]?.reporter?.username).toBe('Cleo');
        const isServer = here.type === 'server';
        expect(new Set(found.rooms.map((one) => one.roomId))).toEqual(
          new Set(isServer ? [roomId, elsewhere.roomId] : [roomId]),
        );
        expect(found.messages.map(({ id }) => id)).toEqual(isServer ? [there, message.id] : [message.id]);
        expect(found.roles.map(({ role }) => role)).toEqual(isServer ? ['roomModerator'] : []);
        expect(found.decisions.map(({ action }) => action)).toEqual(
          isServer ? ['grantRole', 'muteUser'] : ['muteUser'],
        );
      }
    });

    test('how a report was resolved is shown to moderators who may see the report', async () => {
      await using room = await reportedRoom(earshot);
      const { ada, cleo, mod, roomId, scope, benId, adaId } = room;
      await ada.api.roles.grant.mutate({ scope, userId: benId, role: 'roomModerator' });
      for (const userId of [benId, adaId]) {
        const { id: reportId } = await cleo.api.reports.file.mutate({ roomId, userId, reason: 'hate' });
        await mod.api.reports.resolve.mutate({ reportId, outcome: 'dismissed' });
      }
      await eventually(async () => (await room.ben.api.roles.own.query({ scope })).role === 'roomModerator');
      const decisions = async ({ api }: typeof ada, userId: string) => {
        const page = await api.moderation.audit.query({ scope, subjectUserId: userId, action: 'resolveReport' });
        const user = await api.moderation.user.query({ scope, userId });
        expect(user.decisions.filter(({ action }) => action === 'resolveReport')).toEqual(page.entries);
        return page.entries.length;
      };
      expect([await decisions(ada, benId), await decisions(room.ben, adaId)]).toEqual([0, 0]);
      expect([await decisions(mod, benId), await decisions(mod, adaId)]).toEqual([1, 1]);
    });
  });
});

describe.each(deployments)('moderation.user, $name, open mode', ({ start }) => {
  const earshot = sharedDeployment(start);

  test.each(transports)(
    'leaves out deleted messages, and has nothing about an unknown user ($transport)',
    async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, bobId, room, scope, send } = made;
      const [kept, deleted] = [await send('first'), await send('second')];
      await bob.api.messages.delete.mutate({ roomId: room.id, messageId: deleted.id });
      const { messages } = await ada.api.moderation.user.query({ scope, userId: bobId });
      expect(messages).toMatchObject([{ id: kept.id, content: 'first' }]);
      expect(await ada.api.moderation.user.query({ scope, userId: 'nobody' })).toEqual({
        ...{ userId: 'nobody', username: null, role: 'visitor', roles: [], sanctions: [], rooms: [] },
        ...{ reports: [], decisions: [], messages: [] },
      });
    },
  );

  test('reports about the caller, and what was decided about them, are not shown', async () => {
    using made = await createModerated(earshot);
    const { ada, adaId, bob, room, scope } = made;
    await bob.api.reports.file.mutate({ roomId: room.id, userId: adaId, reason: 'spam' });
    const found = await ada.api.moderation.user.query({ scope, userId: adaId });
    expect(found).toMatchObject({ role: 'owner', reports: [], decisions: [] });
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.user', {
      input: { scope: { type: 'room', roomId: 'ROOM' }, userId: 'someone' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });
});

describe('moderation.user refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);
  testRefusals(earshot, 'moderation.user', [
    [{ scope: { type: 'room', roomId: 'ROOM' }, userId: '' }, 'INVALID_INPUT', 'userId'],
    [{ scope: { type: 'room', roomId: newId() }, userId: 'someone' }, 'ROOM_NOT_FOUND'],
    [{ scope: { type: 'server' }, userId: 'someone' }, 'NOT_ALLOWED'],
  ]);
  testCallRate('moderation.user', { scope: { type: 'room', roomId: newId() }, userId: 'someone' });
  testStoreUnavailable('moderation.user', { scope: { type: 'room', roomId: newId() }, userId: 'someone' });
});

import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { joinAndWatch, sendFirstMessage } from '../../resources/firstMessage.ts';
import { joinLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { sqliteSite } from '../../resources/stores.ts';
import { transports } from '../../resources/transports.ts';

const tombstone = { content: '', deleted: true, removedBy: 'moderator', reactions: [] };

describe.each(deployments)('messages.remove, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'replaces the message of another user with a tombstone of a moderator ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        using bob = connect(earshot.b.url, { username: 'Bob', userId: 'bob' });
        const { roomId } = await sendFirstMessage(ada);
        using watch = await joinAndWatch(bob, roomId);
        const sent = await bob.api.messages.send.mutate({ roomId, content: 'spam' });
        await ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji: '\u{1f44d}', on: true });
        const message = await ada.api.messages.remove.mutate({ roomId, messageId: sent.id, reason: 'advertising' });
        const { updatedAt, ...rest } = sent;
        expect(message).toMatchObject({ ...rest, ...tombstone, updatedSeq: 4 });
        expect(await watch.until(({ seq }) => seq === 4)).toMatchObject({
          event: { type: 'message.updated', message },
        });
        for (const { api } of [ada, bob]) {
          expect((await api.messages.history.query({ roomId })).messages.at(-1)).toEqual(message);
        }
        expect(await ada.api.messages.remove.mutate({ roomId, messageId: sent.id })).toEqual(message);
        const edit = bob.api.messages.edit.mutate({ roomId, messageId: sent.id, content: 'spam' });
        await expect(edit).rejects.toMatchObject({ data: { errorCode: 'MESSAGE_DELETED' } });
      },
    );

    test('legacy clients see a deleted message, and may have written it', async () => {
      const locationId = someLocationId();
      using cleo = await joinLegacy(earshot.a.url, locationId, 'Cleo');
      using dan = await joinLegacy(earshot.b.url, locationId, 'Dan');
      dan.send({ type: 'Message', content: 'spam' });
      const { data } = await cleo.until('NewMessage', ({ content }) => content === 'spam');
      using owner = stockClient(earshot.b.url, { username: 'Cleo', userId: 'cleo' });
      await owner.api.messages.remove.mutate({ roomId: locationId, messageId: String(data.id) });
      const messages = await (await fetch(`${earshot.a.url}/messages/${locationId}`)).json();
      expect(messages).toMatchObject([{ id: data.id, content: '', deleted: true }]);
      expect(messages).not.toMatchObject([{ removedBy: expect.anything() }]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'messages.remove', {
      input: { roomId: 'ROOM', messageId: 'MESSAGE' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });

    test.each(transports)(
      'NOT_ALLOWED: room moderators remove no message of the owner or of another one ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        using bob = connect(earshot.a.url, { username: 'Bob', userId: 'bob' });
        using cleo = connect(earshot.a.url, { username: 'Cleo', userId: 'cleo' });
        const { roomId, sent: byOwner } = await sendFirstMessage(ada);
        const scope = { type: 'room', roomId } as const;
        for (const userId of ['bob', 'cleo'])
          await ada.api.roles.grant.mutate({ scope, userId, role: 'roomModerator' });
        await cleo.api.rooms.join.mutate({ roomId });
        const byModerator = await cleo.api.messages.send.mutate({ roomId, content: 'hello' });
        for (const { id: messageId } of [byOwner, byModerator]) {
          const call = bob.api.messages.remove.mutate({ roomId, messageId });
          await expect(call).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } });
        }
        await ada.api.roles.withdraw.mutate({ scope, userId: 'cleo' });
        expect(await bob.api.messages.remove.mutate({ roomId, messageId: byModerator.id })).toMatchObject(tombstone);
      },
    );
  });

  describe('refuses', () => {
    testRefusals(earshot, 'messages.remove', [
      [{ roomId: 'ROOM', messageId: newId() }, 'MESSAGE_NOT_FOUND'],
      [{ roomId: newId(), messageId: 'MESSAGE' }, 'ROOM_NOT_FOUND'],
    ]);
  });
});

test('messages.remove is recorded in the audit log, once', async () => {
  await using site = await sqliteSite();
  const store = await site.open();
  await using earshot = await startServer({ drivers: { store } });
  using ada = stockClient(earshot.url, { username: 'Ada', userId: 'ada' });
  using bob = stockClient(earshot.url, { username: 'Bob', userId: 'bob' });
  const { roomId } = await sendFirstMessage(ada);
  await bob.api.rooms.join.mutate({ roomId });
  const { id: messageId } = await bob.api.messages.send.mutate({ roomId, content: 'spam' });
  for (const reason of ['advertising', 'again']) await ada.api.messages.remove.mutate({ roomId, messageId, reason });
  const { entries } = await store.audit.page({ filters: {}, limit: 10 });
  expect(entries).toMatchObject([
    {
      ...{ action: 'removeMessage', actor: { userId: 'ada', username: 'Ada' }, subjectUserId: 'bob', roomId },
      ...{ scope: 'room', reason: 'advertising', detail: { type: 'message', messageId } },
    },
  ]);
});

describe('messages.remove refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'messages.remove', [
    [{ roomId: 'ROOM', messageId: 'nonsense' }, 'INVALID_INPUT', 'messageId'],
    [{ roomId: 'ROOM', messageId: 'MESSAGE', reason: 'x'.repeat(501) }, 'INVALID_INPUT', 'reason'],
  ]);

  testCallRate('messages.remove', { roomId: newId(), messageId: newId() });
  testStoreUnavailable('messages.remove', { roomId: newId(), messageId: newId() });
});

import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { joinAndWatch, sendFirstMessage } from '../../resources/firstMessage.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const injection = { $gt: '' };

describe.each(deployments)('messages.delete, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'replaces the message with a tombstone under the next number ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        const { roomId, sent } = await sendFirstMessage(ada);
        await ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji: '\u{1f44d}', on: true });
        const deleted = await ada.api.messages.delete.mutate({ roomId, messageId: sent.id });
        expect(deleted).toMatchObject({ ...sent, content: '', deleted: true, reactions: [], updatedSeq: 3 });
        expect((await ada.api.messages.history.query({ roomId })).messages).toEqual([deleted]);
      },
    );

    test.each(transports)('a second deletion changes nothing ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      const target = { roomId, messageId: sent.id };
      const deleted = await ada.api.messages.delete.mutate(target);
      expect(await ada.api.messages.delete.mutate(target)).toEqual(deleted);
    });

    test.each(transports)('publishes the tombstone to the watchers of the room ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      using watch = await joinAndWatch(bob, roomId);
      const message = await ada.api.messages.delete.mutate({ roomId, messageId: sent.id });
      expect(await watch.until(({ seq }) => seq === 2)).toMatchObject({ event: { type: 'message.updated', message } });
    });
  });

  describe('does, after the author has left the room', () => {
    test.each(transports)('replaces the message with a tombstone ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      await ada.api.rooms.leave.mutate({ roomId });
      const deleted = await ada.api.messages.delete.mutate({ roomId, messageId: sent.id });
      expect(deleted).toMatchObject({ id: sent.id, deleted: true, content: '' });
      const edit = ada.api.messages.edit.mutate({ roomId, messageId: sent.id, content: 'x' });
      await expect(edit).rejects.toMatchObject({ data: { errorCode: 'NOT_A_MEMBER' } });
    });
  });

  describe('access', () => {
    testAccess(earshot, 'messages.delete', {
      input: { roomId: 'ROOM', messageId: 'MESSAGE' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'NOT_THE_AUTHOR',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'messages.delete', [
      [{ roomId: 'ROOM', messageId: newId() }, 'MESSAGE_NOT_FOUND'],
      [{ roomId: newId(), messageId: 'MESSAGE' }, 'ROOM_NOT_FOUND'],
    ]);
  });
});

describe('messages.delete refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'messages.delete', [[{ roomId: 'ROOM', messageId: injection }, 'INVALID_INPUT', 'messageId']]);

  testCallRate('messages.delete', { roomId: newId(), messageId: newId() });
  testStoreUnavailable('messages.delete', { roomId: newId(), messageId: newId() });
});

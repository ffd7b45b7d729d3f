import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { joinAndWatch, sendFirstMessage } from '../../resources/firstMessage.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const long = (n: number) => 'x'.repeat(n);

describe.each(deployments)('messages.edit, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('replaces the content under the next number ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      const edited = await ada.api.messages.edit.mutate({ roomId, messageId: sent.id, content: ' Hello! ' });
      const { updatedAt, editedAt, ...rest } = edited;
      expect(edited).toEqual({ ...sent, content: 'Hello!', updatedSeq: 2, updatedAt, editedAt });
      expect(rest).not.toEqual(sent);
      expect(editedAt).toBeInstanceOf(Date);
      expect((await ada.api.messages.history.query({ roomId })).messages).toEqual([edited]);
    });

    test.each(transports)('publishes the message to the watchers of the room ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      using watch = await joinAndWatch(bob, roomId);
      const message = await ada.api.messages.edit.mutate({ roomId, messageId: sent.id, content: 'Hello!' });
      expect(await watch.until(({ seq }) => seq === 2)).toMatchObject({ event: { type: 'message.updated', message } });
    });
  });

  describe('access', () => {
    testAccess(earshot, 'messages.edit', {
      input: { roomId: 'ROOM', messageId: 'MESSAGE', content: 'x' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'NOT_THE_AUTHOR',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'messages.edit', [
      [{ roomId: 'ROOM', messageId: newId(), content: 'x' }, 'MESSAGE_NOT_FOUND'],
      [{ roomId: newId(), messageId: 'MESSAGE', content: 'x' }, 'ROOM_NOT_FOUND'],
    ]);

    test.each(transports)('MESSAGE_DELETED: a deleted message ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      await ada.api.messages.delete.mutate({ roomId, messageId: sent.id });
      const edit = ada.api.messages.edit.mutate({ roomId, messageId: sent.id, content: 'x' });
      await expect(edit).rejects.toMatchObject({
        data: { errorCode: 'MESSAGE_DELETED', httpStatus: 409, retry: 'no' },
      });
    });
  });
});

describe('messages.edit refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'messages.edit', [
    [{ roomId: 'ROOM', messageId: 'MESSAGE', content: '' }, 'INVALID_INPUT', 'content'],
    [{ roomId: 'ROOM', messageId: 'MESSAGE', content: long(2_001) }, 'MESSAGE_TOO_LONG'],
    [{ roomId: 'ROOM', messageId: 'nonsense', content: 'x' }, 'INVALID_INPUT', 'messageId'],
  ]);

  testCallRate('messages.edit', { roomId: newId(), messageId: newId(), content: 'x' });
  testStoreUnavailable('messages.edit', { roomId: newId(), messageId: newId(), content: 'x' });
});

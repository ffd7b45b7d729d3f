import { limits, newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { joinAndWatch, sendFirstMessage } from '../../resources/firstMessage.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

/** As many as a message can have: animals, from 🐀 on. */
const emojis = Array.from({ length: limits.emojiPerMessage }, (_, n) => String.fromCodePoint(0x1f400 + n));

describe.each(deployments)('messages.react, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'adds and removes an emoji of the caller, each under the next number ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        const { roomId, sent } = await sendFirstMessage(ada);
        const react = (on: boolean) =>
          ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji: '\u{1f44d}', on });
        const reactions = [{ emoji: '\u{1f44d}', count: 1, userIds: ['ada'] }];
        expect(await react(true)).toMatchObject({ ...sent, updatedSeq: 2, reactions });
        expect(await react(true)).toMatchObject({ updatedSeq: 2, reactions });
        expect(await react(false)).toMatchObject({ updatedSeq: 3, reactions: [] });
        expect(await react(false)).toMatchObject({ updatedSeq: 3, reactions: [] });
      },
    );

    test.each(transports)(
      'publishes the changed reaction to the watchers of the room ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        const { roomId, sent } = await sendFirstMessage(ada);
        using bob = stockClient(earshot.b.url, { username: 'Bob' });
        using watch = await joinAndWatch(bob, roomId);
        await ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji: '\u{1f44d}', on: true });
        const reaction = { emoji: '\u{1f44d}', count: 1, userIds: ['ada'] };
        expect(await watch.until(({ seq }) => seq === 2)).toMatchObject({
          event: { type: 'reaction.changed', messageId: sent.id, userId: 'ada', on: true, reaction },
        });
      },
    );
  });

  describe('access', () => {
    testAccess(earshot, 'messages.react', {
      input: { roomId: 'ROOM', messageId: 'MESSAGE', emoji: '\u{1f44d}', on: true },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
        'the author': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'messages.react', [
      [{ roomId: 'ROOM', messageId: newId(), emoji: '\u{1f44d}', on: true }, 'MESSAGE_NOT_FOUND'],
      [{ roomId: newId(), messageId: 'MESSAGE', emoji: '\u{1f44d}', on: true }, 'ROOM_NOT_FOUND'],
    ]);

    test.each(transports)('MESSAGE_DELETED: a deleted message ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      await ada.api.messages.delete.mutate({ roomId, messageId: sent.id });
      const react = ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji: '\u{1f44d}', on: true });
      await expect(react).rejects.toMatchObject({
        data: { errorCode: 'MESSAGE_DELETED', httpStatus: 409, retry: 'no' },
      });
    });

    test.each(transports)('TOO_MANY_OWN_REACTIONS: the sixth emoji of a user ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      const react = (emoji: string) => ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji, on: true });
      for (const emoji of emojis.slice(0, limits.emojiPerPerson)) await react(emoji);
      await expect(react('\u{1f622}')).rejects.toMatchObject({
        data: { errorCode: 'TOO_MANY_OWN_REACTIONS', httpStatus: 409, retry: 'no' },
      });
    });

    test.each(transports)('TOO_MANY_EMOJI: the 21st emoji of a message ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { roomId, sent } = await sendFirstMessage(ada);
      for (let first = 0; first < limits.emojiPerMessage; first += limits.emojiPerPerson) {
        using user = connect(earshot.b.url, { username: `User ${first}` });
        await user.api.rooms.join.mutate({ roomId });
        for (const emoji of emojis.slice(first, first + limits.emojiPerPerson)) {
          await user.api.messages.react.mutate({ roomId, messageId: sent.id, emoji, on: true });
        }
      }
      const react = ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji: '\u{1f622}', on: true });
      await expect(react).rejects.toMatchObject({
        data: { errorCode: 'TOO_MANY_EMOJI', httpStatus: 409, retry: 'no' },
      });
    });
  });
});

describe('messages.react refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'messages.react', [
    [{ roomId: 'ROOM', messageId: 'MESSAGE', emoji: 'hello', on: true }, 'INVALID_INPUT', 'emoji'],
    [{ roomId: 'ROOM', messageId: 'MESSAGE', emoji: '\u{1f44d}', on: 'yes' }, 'INVALID_INPUT', 'on'],
  ]);

  testCallRate('messages.react', { roomId: newId(), messageId: newId(), emoji: '\u{1f44d}', on: true });
  testStoreUnavailable('messages.react', { roomId: newId(), messageId: newId(), emoji: '\u{1f44d}', on: true });
});

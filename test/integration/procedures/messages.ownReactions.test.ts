import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { sendFirstMessage } from '../../resources/firstMessage.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

const injection = { $gt: '' };

describe.each(deployments)('messages.ownReactions, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'returns the emoji of the caller on each message, in the requested order ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
        const { roomId, sent } = await sendFirstMessage(ada);
        const other = await ada.api.messages.send.mutate({ roomId, content: 'again' });
        for (const emoji of ['👍', '🎉', '👀', '🙏', '😮']) {
          await ada.api.messages.react.mutate({ roomId, messageId: sent.id, emoji, on: true });
        }
        const unknown = newId();
        const ask = { roomId, messageIds: [unknown, other.id, sent.id] };
        expect(await ada.api.messages.ownReactions.query(ask)).toEqual({
          userId: 'ada',
          reactions: [
            { messageId: unknown, emojis: [] },
            { messageId: other.id, emojis: [] },
            { messageId: sent.id, emojis: ['🎉', '👀', '👍', '😮', '🙏'] },
          ],
        });
        using bob = connect(earshot.b.url, { username: 'Bob', userId: 'bob' });
        await bob.api.rooms.join.mutate({ roomId });
        expect(await bob.api.messages.ownReactions.query({ roomId, messageIds: [sent.id] })).toEqual({
          userId: 'bob',
          reactions: [{ messageId: sent.id, emojis: [] }],
        });
      },
    );
  });

  describe('access', () => {
    testAccess(earshot, 'messages.ownReactions', {
      input: { roomId: 'ROOM', messageIds: ['MESSAGE'] },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'messages.ownReactions', [[{ roomId: newId(), messageIds: [newId()] }, 'ROOM_NOT_FOUND']]);
  });
});

describe('messages.ownReactions refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'messages.ownReactions', [
    [{ roomId: 'ROOM', messageIds: [] }, 'INVALID_INPUT', 'messageIds'],
    [{ roomId: 'ROOM', messageIds: Array.from({ length: 101 }, newId) }, 'INVALID_INPUT', 'messageIds'],
    [{ roomId: 'ROOM', messageIds: [injection] }, 'INVALID_INPUT', 'messageIds'],
  ]);

  testCallRate('messages.ownReactions', { roomId: newId(), messageIds: [newId()] });
  testStoreUnavailable('messages.ownReactions', { roomId: newId(), messageIds: [newId()] });
});

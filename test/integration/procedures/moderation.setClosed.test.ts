import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testModeratorAccess, testRoomSwitchRefusals } from '../../resources/moderationTests.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.setClosed, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'users can read and not write, and delete what they wrote ($transport)',
      async ({ connect }) => {
        using made = await createModerated(earshot, connect);
        const { ada, bob, watch, send, room } = made;
        const { id: messageId } = await send();
        await ada.api.moderation.setClosed.mutate({ roomId: room.id, on: true });
        await watch.until((one) => one.event.type === 'room.rules' && one.event.isClosed);
        await expect(send()).rejects.toMatchObject(refusal('ROOM_CLOSED'));
        const reaction = bob.api.messages.react.mutate({ roomId: room.id, messageId, emoji: '👍', on: true });
        await expect(reaction).rejects.toMatchObject(refusal('ROOM_CLOSED'));
        await bob.api.messages.history.query({ roomId: room.id });
        await bob.api.messages.delete.mutate({ roomId: room.id, messageId });
        await ada.api.messages.send.mutate({ roomId: room.id, content: 'closed' });
      },
    );
  });

  describe('access', () => {
    testModeratorAccess(earshot, 'moderation.setClosed', { roomId: 'ROOM', on: true });
  });
});

describe('moderation.setClosed refuses, embedded', () => {
  testRoomSwitchRefusals('moderation.setClosed');
});

import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testModeratorAccess, testRoomSwitchRefusals } from '../../resources/moderationTests.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.setLocked, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('no new members can join, and the members stay ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, watch, send, room } = made;
      await ada.api.moderation.setLocked.mutate({ roomId: room.id, on: true });
      await watch.until((one) => one.event.type === 'room.rules' && one.event.isLocked);
      using eve = connect(earshot.b.url, { username: 'Eve' });
      await expect(eve.api.rooms.join.mutate({ roomId: room.id })).rejects.toMatchObject(refusal('ROOM_LOCKED'));
      await bob.api.rooms.join.mutate({ roomId: room.id });
      await send();
      await ada.api.moderation.setLocked.mutate({ roomId: room.id, on: false });
      await watch.until((one) => one.event.type === 'room.rules' && !one.event.isLocked);
      await eve.api.rooms.join.mutate({ roomId: room.id });
    });
  });

  describe('access', () => {
    testModeratorAccess(earshot, 'moderation.setLocked', { roomId: 'ROOM', on: true });
  });
});

describe('moderation.setLocked refuses, embedded', () => {
  testRoomSwitchRefusals('moderation.setLocked');
});

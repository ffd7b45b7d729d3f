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

    test.each(transports)('joining by location takes another room, or makes one ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, watch, room } = made;
      const { place: location } = room;
      if (location === null) throw new Error('the room has a place');
      await ada.api.moderation.setLocked.mutate({ roomId: room.id, on: true });
      await watch.until((one) => one.event.type === 'room.rules' && one.event.isLocked);
      using eve = connect(earshot.b.url, { username: 'Eve' });
      const first = await eve.api.rooms.join.mutate({ location });
      expect([first.isNew, first.room.id === room.id]).toEqual([true, false]);
      // Members, and those who come later.
      const again = await Promise.all([bob, bob].map(({ api }) => api.rooms.join.mutate({ location })));
      expect(again.map((joined) => [joined.isNew, [room.id, first.room.id].includes(joined.room.id)])).toEqual([
        [false, true],
        [false, true],
      ]);
      using dan = connect(earshot.b.url, { username: 'Dan' });
      expect(await dan.api.rooms.join.mutate({ location })).toMatchObject({
        isNew: false,
        room: { id: first.room.id },
      });
    });

    test.each(transports)('lists of nearby rooms show it ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, watch, room } = made;
      const { place: location } = room;
      if (location === null) throw new Error('the room has a place');
      const search = { location, radius: 100 };
      const lists = async () => [
        ...(await bob.api.rooms.nearby.query(search)),
        ...(await bob.api.rooms.nearbyPage.query(search)).rooms,
      ];
      for (const one of await lists()) expect(one).not.toHaveProperty('isLocked');
      await ada.api.moderation.setLocked.mutate({ roomId: room.id, on: true });
      await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: 30_000 });
      await watch.until((one) => one.event.type === 'room.rules' && one.event.slowModeMs === 30_000);
      const shown = { id: room.id, isLocked: true, isClosed: false, slowModeMs: 30_000 };
      await expect.poll(lists).toMatchObject([shown, shown]);
    });
  });

  describe('access', () => {
    testModeratorAccess(earshot, 'moderation.setLocked', { roomId: 'ROOM', on: true });
  });
});

describe('moderation.setLocked refuses, embedded', () => {
  testRoomSwitchRefusals('moderation.setLocked');
});

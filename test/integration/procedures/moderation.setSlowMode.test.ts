import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testModerationRefusals, testModeratorAccess } from '../../resources/moderationTests.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.setSlowMode, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('users wait between two sends, moderators don’t ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, watch, send, room } = made;
      await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: 3_600_000 });
      const { event } = await watch.until((one) => one.event.type === 'room.rules');
      expect(event).toMatchObject({ slowModeMs: 3_600_000, isLocked: false, isClosed: false });
      await send();
      const error = refusal('SLOW_MODE', { httpStatus: 429, retry: 'later', retryAfterMs: expect.any(Number) });
      await expect(send()).rejects.toMatchObject(error);
      for (const content of ['one', 'two']) await ada.api.messages.send.mutate({ roomId: room.id, content });
      expect(await bob.api.rooms.get.query({ roomId: room.id })).toMatchObject({ slowModeMs: 3_600_000 });
      await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: null });
      await watch.until((one) => one.event.type === 'room.rules' && one.event.slowModeMs === null);
      await send();
    });

    test.each(transports)('users edit one message in the pause ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, watch, send, room } = made;
      const { id: messageId } = await send('helo');
      const edit = (content: string) => bob.api.messages.edit.mutate({ roomId: room.id, messageId, content });
      await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: 3_600_000 });
      await watch.until((one) => one.event.type === 'room.rules');
      expect(await edit('hello')).toMatchObject({ content: 'hello' });
      await expect(edit('hello again')).rejects.toMatchObject(
        refusal('SLOW_MODE', { retryAfterMs: expect.any(Number) }),
      );
      await send('one more'); // sends are counted apart
      await expect(send()).rejects.toMatchObject(refusal('SLOW_MODE'));
      const { id } = await ada.api.messages.send.mutate({ roomId: room.id, content: 'one' });
      for (const content of ['two', 'three']) {
        await ada.api.messages.edit.mutate({ roomId: room.id, messageId: id, content });
      }
    });
  });

  describe('access', () => {
    testModeratorAccess(earshot, 'moderation.setSlowMode', { roomId: 'ROOM', intervalMs: 30_000 });
  });
});

describe('moderation.setSlowMode refuses, embedded', () => {
  testModerationRefusals('moderation.setSlowMode', { roomId: 'nowhere', intervalMs: 30_000 }, [
    [{ roomId: 'ROOM' }, 'INVALID_INPUT', 'intervalMs'],
    [{ roomId: 'ROOM', intervalMs: 5 }, 'INVALID_INPUT', 'intervalMs'],
    [{ roomId: 'nowhere', intervalMs: 30_000 }, 'ROOM_NOT_FOUND'],
  ]);
});

import { describe, expect, test } from 'vitest';
import { testStoreUnavailable } from '../../resources/procedureTests.ts';
import { reportedRoom } from '../../resources/reportedRoom.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens } from '../../resources/tokens.ts';

const notAllowed = { data: { errorCode: 'NOT_ALLOWED', httpStatus: 403 } };

describe.each(deployments)('reports.list, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  describe('access', () => {
    test('is for moderators of the scope', async () => {
      await using room = await reportedRoom(earshot);
      const { id } = await room.report();
      const area = { type: 'area' as const, location: room.location };
      const server = { type: 'server' as const };
      for (const scope of [room.scope, area]) {
        expect((await room.mod.api.reports.list.query({ scope })).reports.map((one) => one.id)).toEqual([id]);
      }
      expect((await room.mod.api.reports.list.query({ scope: server, limit: 50 })).reports).toContainEqual(
        expect.objectContaining({ id, roomName: expect.any(String) }),
      );
      expect((await room.ada.api.reports.list.query({ scope: room.scope })).reports).toMatchObject([{ id }]);
      for (const scope of [area, server]) {
        await expect(room.ada.api.reports.list.query({ scope })).rejects.toMatchObject(notAllowed);
      }
      for (const { api } of [room.ben, room.cleo]) {
        await expect(api.reports.list.query({ scope: room.scope })).rejects.toMatchObject(notAllowed);
      }
    });

    test('shows reports about moderators of the room to those of a wider scope only', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, scope } = room;
      await room.cleo.api.reports.file.mutate({ roomId, userId: room.adaId, reason: 'harassment' });
      expect(await room.ada.api.reports.list.query({ scope })).toEqual({ reports: [], nextCursor: null });
      expect(await room.ada.api.reports.count.query({ scope })).toEqual({ reports: 0, held: 0 });
      expect((await room.mod.api.reports.list.query({ scope })).reports).toMatchObject([
        { subject: { userId: room.adaId } },
      ]);
    });
  });

  describe('does', () => {
    test('returns pages, oldest first', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, scope, mod } = room;
      const ids: string[] = [];
      for (const n of [1, 2, 3]) {
        const { id: messageId } = await room.ben.api.messages.send.mutate({ roomId, content: `${n}` });
        ids.push((await room.cleo.api.reports.file.mutate({ roomId, messageId, reason: 'spam' })).id);
      }
      const first = await mod.api.reports.list.query({ scope, limit: 2 });
      expect(first.reports.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      const rest = await mod.api.reports.list.query({ scope, limit: 2, cursor: first.nextCursor ?? '' });
      expect([rest.reports.map(({ id }) => id), rest.nextCursor]).toEqual([ids.slice(2), null]);
      expect((await mod.api.reports.list.query({ scope, kind: 'held' })).reports).toEqual([]);
    });
  });
});

describe('reports.list refuses, embedded', () =>
  testStoreUnavailable('reports.list', { scope: { type: 'room', roomId: 'plaza' } }));

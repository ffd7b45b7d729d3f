import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { reportedRoom } from '../../resources/reportedRoom.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens, signModerator } from '../../resources/tokens.ts';

describe.each(deployments)('moderation.audit, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  describe('does', () => {
    test('returns who decided what about whom, newest first, in pages and filtered', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, ada, mod, cleo } = room;
      const first = await room.report();
      await ada.api.reports.resolve.mutate({ reportId: first.id, outcome: 'removed', note: 'an advertisement' });
      const second = await cleo.api.reports.file.mutate({ roomId, userId: room.benId, reason: 'spam' });
      await mod.api.reports.resolve.mutate({ reportId: second.id, outcome: 'dismissed' });
      const { entries, nextCursor } = await mod.api.moderation.audit.query({ roomId });
      expect(nextCursor).toBeNull();
      const ofReport = { type: 'report', kind: 'report' };
      expect(entries).toMatchObject([
        {
          actor: { username: 'Mod' },
          reason: null,
          detail: { ...ofReport, reportId: second.id, outcome: 'dismissed' },
        },
        {
          actor: { username: 'Ada' },
          reason: 'an advertisement',
          detail: { ...ofReport, reportId: first.id, outcome: 'removed' },
        },
      ]);
      const shared = { action: 'resolveReport', subjectUserId: room.benId, roomId, scope: 'room' };
      for (const entry of entries) expect(entry).toMatchObject({ ...shared, at: expect.any(Date) });
      const page = await mod.api.moderation.audit.query({ roomId, limit: 1 });
      expect(page.entries).toEqual(entries.slice(0, 1));
      const cursor = page.nextCursor ?? '';
      expect((await mod.api.moderation.audit.query({ roomId, cursor })).entries).toEqual(entries.slice(1));
      const by = async (filters: object) => (await mod.api.moderation.audit.query({ ...filters })).entries;
      expect(await by({ actorId: room.adaId, subjectUserId: room.benId })).toEqual(entries.slice(1));
      expect(await by({ roomId, action: 'ban' })).toEqual([]);
      expect(await by({ roomId, until: entries[0]?.at })).toEqual(entries.slice(1));
      expect(await by({ roomId, since: entries[0]?.at, action: 'resolveReport' })).toEqual(entries.slice(0, 1));
    });
  });

  describe('access', () => {
    test('is for moderators: those of the room see what concerns the room', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, ada, mod } = room;
      await ada.api.reports.resolve.mutate({ reportId: (await room.report()).id, outcome: 'dismissed' });
      expect((await ada.api.moderation.audit.query({ roomId })).entries).toHaveLength(1);
      expect((await mod.api.moderation.audit.query({})).entries.length).toBeGreaterThan(0);
      for (const [{ api }, input] of [
        [ada, {}],
        [room.ben, { roomId }],
        [room.cleo, {}],
      ] as const) {
        await expect(api.moderation.audit.query(input)).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } });
      }
    });

    test('moderators of an area see what concerns the area and its rooms', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, location, mod, ben, benId } = room;
      const scope = { type: 'area', location } as const;
      const read = ({ api }: typeof mod, input: object = {}) => api.moderation.audit.query({ scope, ...input });
      await expect(read(ben)).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } });
      await mod.api.moderation.mute.mutate({ scope, userId: 'someone' });
      await mod.api.moderation.setClosed.mutate({ roomId, on: true });
      await using far = await reportedRoom(earshot);
      await mod.api.moderation.setClosed.mutate({ roomId: far.roomId, on: true });
      using admin = stockClient(earshot.a.url, { token: await signModerator('boss', 'admin') });
      await admin.api.roles.grant.mutate({ scope, userId: benId, role: 'areaModerator' });
      await expect
        .poll(() => read(ben).then(({ entries }) => entries.map(({ action }) => action), String))
        .toEqual(['grantRole', 'closeRoom', 'muteUser']);
      const { entries, nextCursor } = await read(ben, { limit: 2 });
      expect(entries[0]).not.toHaveProperty('cell');
      expect((await read(ben, { cursor: nextCursor })).entries).toMatchObject([{ action: 'muteUser' }]);
      expect((await read(ben, { action: 'closeRoom' })).entries).toMatchObject([{ roomId }]);
    });

    test('how a report was resolved is not shown to the user whom it was about', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, ada, mod, cleo } = room;
      const { id: reportId } = await cleo.api.reports.file.mutate({ roomId, userId: room.adaId, reason: 'hate' });
      await mod.api.reports.resolve.mutate({ reportId, outcome: 'other' });
      expect((await mod.api.moderation.audit.query({ roomId })).entries).toHaveLength(1);
      expect(await ada.api.moderation.audit.query({ roomId })).toEqual({ entries: [], nextCursor: null });
    });
  });
});

describe('moderation.audit refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);
  testRefusals(earshot, 'moderation.audit', [
    [{}, 'NOT_ALLOWED'],
    [{ roomId: newId() }, 'ROOM_NOT_FOUND'],
    [{ roomId: 'ROOM', scope: { type: 'room', roomId: 'ROOM' } }, 'INVALID_INPUT', 'not both'],
    [{ roomId: 'ROOM', cursor: 'x' }, 'INVALID_INPUT', 'cursor'],
    [{ roomId: 'ROOM', limit: 1_000 }, 'INVALID_INPUT', 'limit'],
  ]);
  testCallRate('moderation.audit', { roomId: newId() });
  testStoreUnavailable('moderation.audit', { roomId: newId() });
});

import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { testStoreUnavailable } from '../../resources/procedureTests.ts';
import { reportedRoom } from '../../resources/reportedRoom.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens } from '../../resources/tokens.ts';

const code = (errorCode: string) => ({ data: { errorCode } });

describe.each(deployments)('reports.resolve, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  describe('does', () => {
    test('resolves all reports about the message, once', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, scope, message, mod, ada } = room;
      const { id: reportId } = await room.report();
      await mod.api.reports.file.mutate({ roomId, messageId: message.id, reason: 'hate' });
      const outcomes = await Promise.allSettled(
        [ada, mod, ada, mod].map(({ api }) => api.reports.resolve.mutate({ reportId, outcome: 'removed', note: 'ok' })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const one of outcomes) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject(code('REPORT_RESOLVED'));
      }
      expect((await mod.api.reports.list.query({ scope })).reports).toEqual([]);
      const { reports } = await mod.api.reports.list.query({ scope, state: 'resolved' });
      expect(reports.map(({ resolution }) => resolution?.outcome)).toEqual(['removed', 'removed']);
      expect(reports[0]?.resolution).toMatchObject({ note: 'ok', at: expect.any(Date) });
      const { entries } = await mod.api.moderation.audit.query({ roomId });
      expect(entries.map(({ action }) => action)).toEqual(['resolveReport']);
    });
  });

  describe('access', () => {
    test('is for moderators who see the report', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId } = room;
      const { id } = await room.report();
      const aboutAda = await room.cleo.api.reports.file.mutate({ roomId, userId: room.adaId, reason: 'hate' });
      const resolve = ({ api }: typeof room.ada, reportId: string, outcome: 'dismissed' | 'approved' = 'dismissed') =>
        api.reports.resolve.mutate({ reportId, outcome });
      for (const user of [room.ben, room.cleo]) {
        const errorOf = (reportId: string) => resolve(user, reportId).catch((error: unknown) => error);
        const known = await errorOf(id);
        expect(known).toMatchObject(code('REPORT_NOT_FOUND'));
        expect(await errorOf(newId())).toEqual(known);
      }
      await expect(resolve(room.ada, aboutAda.id)).rejects.toMatchObject(code('REPORT_NOT_FOUND'));
      await expect(resolve(room.ada, newId())).rejects.toMatchObject(code('REPORT_NOT_FOUND'));
      await expect(resolve(room.ada, id, 'approved')).rejects.toMatchObject(code('INVALID_INPUT'));
      await resolve(room.ada, id);
      await resolve(room.mod, aboutAda.id);
    });
  });
});

describe('reports.resolve refuses, embedded', () =>
  testStoreUnavailable('reports.resolve', { reportId: newId(), outcome: 'dismissed' }));

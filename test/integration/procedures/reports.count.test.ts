import { describe, expect, test } from 'vitest';
import { testStoreUnavailable } from '../../resources/procedureTests.ts';
import { reportedRoom } from '../../resources/reportedRoom.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens } from '../../resources/tokens.ts';

describe.each(deployments)('reports.count, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  describe('does', () => {
    test('counts the open ones for moderators of the scope', async () => {
      await using room = await reportedRoom(earshot);
      const { id: reportId } = await room.report();
      expect(await room.ada.api.reports.count.query({ scope: room.scope })).toEqual({ reports: 1, held: 0 });
      await room.mod.api.reports.resolve.mutate({ reportId, outcome: 'dismissed' });
      expect(await room.ada.api.reports.count.query({ scope: room.scope })).toEqual({ reports: 0, held: 0 });
    });
  });

  describe('access', () => {
    test('is for moderators of the scope', async () => {
      await using room = await reportedRoom(earshot);
      const refused = room.ben.api.reports.count.query({ scope: room.scope });
      await expect(refused).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } });
    });
  });
});

describe('reports.count refuses, embedded', () =>
  testStoreUnavailable('reports.count', { scope: { type: 'room', roomId: 'x' } }));

import { describe, expect, test } from 'vitest';
import { testAccess, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { reportedRoom } from '../../resources/reportedRoom.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens } from '../../resources/tokens.ts';

describe.each(deployments)('reports.mine, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens }));

  describe('does', () => {
    test('returns the caller’s reports, newest first, and whether they were acted on', async () => {
      await using room = await reportedRoom(earshot);
      const { roomId, cleo } = room;
      const first = await room.report();
      const second = await cleo.api.reports.file.mutate({ roomId, userId: room.benId, reason: 'hate' });
      expect(await cleo.api.reports.mine.query()).toEqual({ reports: [second, first], nextCursor: null });
      await room.ada.api.reports.resolve.mutate({ reportId: first.id, outcome: 'removed', note: 'not for reporters' });
      await room.ada.api.reports.resolve.mutate({ reportId: second.id, outcome: 'dismissed' });
      const page = await cleo.api.reports.mine.query({ limit: 1 });
      expect(page.reports).toEqual([{ ...second, state: 'resolved', wasActedOn: false }]);
      expect(await cleo.api.reports.mine.query({ limit: 1, cursor: page.nextCursor ?? '' })).toEqual({
        reports: [{ ...first, state: 'resolved', wasActedOn: true }],
        nextCursor: null,
      });
      expect((await room.ada.api.reports.mine.query({})).reports).toEqual([]);
    });
  });
});

describe('reports.mine, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);
  describe('access', () => {
    testAccess(earshot, 'reports.mine', {
      input: {},
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });

  describe('refuses', () => {
    testStoreUnavailable('reports.mine', {});
  });
});

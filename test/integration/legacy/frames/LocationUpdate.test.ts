import { describe, expect, test } from 'vitest';
import { cellOf } from '../../../../packages/server/src/cells.ts';
import { eventually } from '../../../resources/collect.ts';
import { testFrameRefusals } from '../../../resources/frameTests.ts';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { startEmbedded, startPair } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';
import { mongoSite } from '../../../resources/stores.ts';

describe('LocationUpdate', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('does', () => {
    test('LocationUpdate stores the caller’s map cell, flat and wrapped; before joining it stores nothing', async () => {
      await using site = await mongoSite();
      const store = await site.open();
      if (site.spec.kind !== 'mongodb') throw new Error('not MongoDB');
      await using earshot = await startPair({ env: { MONGODB_DB: site.spec.database } });
      using early = await openLegacy(earshot.a.url, 'lobby');
      early.send({ type: 'Auth', user_id: 'early', username: 'Early' });
      early.send({ type: 'LocationUpdate', user_id: 'early', latitude: 1.5, longitude: 2.5 });

      using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
      const stored = async () => (await store.location('ada'))?.cell;
      ada.send({ type: 'LocationUpdate', user_id: 'ada', latitude: 48.3719264, longitude: -16.8423951 });
      await eventually(async () => (await stored()) !== undefined);
      expect(await stored()).toBe(cellOf({ latitude: 48.3719264, longitude: -16.8423951 }));
      // Another user's name in the frame is ignored: the location belongs to the caller.
      ada.send({ type: 'LocationUpdate', data: { user_id: 'eve', latitude: 10.00049, longitude: 20.0005 } });
      const there = cellOf({ latitude: 10.00049, longitude: 20.0005 });
      await eventually(async () => (await stored()) === there);
      expect(await stored()).toBe(there);
      expect(await store.location('eve')).toBeNull();
      expect(await store.location('early')).toBeNull();
    });
  });

  describe('access', () => {
    test('is ignored before a join', async () => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type: 'LocationUpdate', latitude: 1, longitude: 2 });
      ada.send({ type: 'Auth', user_id: 'ada', username: 'Ada' });
      await ada.until('UserJoined');
      expect(ada.frames.all).toHaveLength(1);
    });
  });

  describe('refuses', () => {
    testFrameRefusals(earshot, 'joined', [
      [{ type: 'LocationUpdate' }, 'INVALID_INPUT', 'latitude'],
      [{ type: 'LocationUpdate', latitude: -91, longitude: 0 }, 'INVALID_INPUT', 'latitude'],
      [{ type: 'LocationUpdate', latitude: 1, longitude: '2' }, 'INVALID_INPUT', 'longitude'],
    ]);
  });
});

import { describe, expect, inject, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import { mongoSite, send, upTo } from '../resources/stores.ts';
import { readsOf } from '../resources/storeWork.ts';

const week = 7 * 24 * 60 * 60_000;

describe.skipIf(inject('mongodbUri') === '')('mongodb', () => {
  test('a start reads no more with many rooms, members and messages', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    for (const n of upTo(20)) {
      const cell = cellOf({ latitude: n / 10, longitude: 0 });
      const { room } = await store.nearestOrNewRoom({ cell, radius: 0, name: 'Room', createdBy: 'ana' });
      await store.addMember(room.id, { userId: 'ana', username: 'Ana' });
      await send(store, room.id);
    }
    await store.personal.messages.exportOf('ana', { after: null, limit: 1 }); // waits for the indexes
    await store.close();
    // In the first week, rooms are searched for that an instance of an earlier version created during the upgrade.
    const later = Date.now() + 2 * week;
    const data = /\.(messages|rooms|cells|members|users|reactions)$/;
    // Reads of each room, member or message would be 20 or more.
    const reads = await readsOf(site, data, async () => (await site.open(() => later)).close());
    expect(reads).toBeLessThan(10);
  });
});

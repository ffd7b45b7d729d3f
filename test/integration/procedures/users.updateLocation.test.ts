import { describe, expect, test } from 'vitest';
import { cellOf } from '../../../packages/server/src/cells.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { sqliteSite } from '../../resources/stores.ts';
import { transports } from '../../resources/transports.ts';

const here = { latitude: 1, longitude: 2 };

describe.each(deployments)('users.updateLocation, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('accepts a location, also a second one ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      for (const location of [somewhere(), somewhere()]) {
        expect(await ada.api.users.updateLocation.mutate({ location })).toBeUndefined();
      }
    });
  });

  describe('access', () => {
    testAccess(earshot, 'users.updateLocation', {
      input: { location: here },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'allowed',
      },
    });
  });
});

describe('users.updateLocation does, embedded', () => {
  test('stores the map cell of the location, for the caller only', async () => {
    await using site = await sqliteSite();
    const store = await site.open();
    await using server = await startServer({ drivers: { store } });
    using ada = stockClient(server.url, { username: 'Ada', userId: 'ada' });
    const location = somewhere();
    await ada.api.users.updateLocation.mutate({ location });
    expect(await store.location('ada')).toEqual({ cell: cellOf(location), at: expect.any(Date) });
    expect(await store.location('bob')).toBeNull();
  });
});

describe('users.updateLocation refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'users.updateLocation', [
    [{ location: { latitude: -91, longitude: 0 } }, 'INVALID_INPUT', 'location.latitude'],
    [{}, 'INVALID_INPUT', 'location'],
  ]);

  testCallRate('users.updateLocation', { location: here });
  testStoreUnavailable('users.updateLocation', { location: here });
});

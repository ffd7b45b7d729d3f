import { describe, expect, test } from 'vitest';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('places.search, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'finds places by the beginning of their names, the largest first ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, {});
        const places = await ada.api.places.search.query({ text: 'berl' });
        expect(places.length).toBeLessThanOrEqual(10);
        expect(places[0]).toEqual({
          name: 'Berlin',
          country: 'DE',
          location: { latitude: expect.closeTo(52.52, 1), longitude: expect.closeTo(13.4, 1) },
        });
      },
    );

    test.each(transports)('ranks places near the given location first ($transport)', async ({ connect }) => {
      using ada = connect(earshot.b.url, {});
      const inVirginia = { latitude: 36.9, longitude: -76.3 };
      const [portsmouth] = await ada.api.places.search.query({ text: 'portsmouth', location: inVirginia });
      expect(portsmouth).toMatchObject({ name: 'Portsmouth', country: 'US' });
      const [largest] = await ada.api.places.search.query({ text: 'portsmouth' });
      expect(largest).toMatchObject({ name: 'Portsmouth', country: 'GB' });
    });
  });

  describe('access', () => {
    testAccess(earshot, 'places.search', {
      input: { text: 'Berlin' },
      callers: {
        'a client without an identity': 'allowed',
        'a user outside the room': 'allowed',
      },
    });
  });
});

describe('places.search refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'places.search', [
    [{ text: ' ' }, 'INVALID_INPUT', 'text'],
    [{ text: 'x'.repeat(101) }, 'INVALID_INPUT', 'text'],
    [{ text: 'Berlin', location: { latitude: 91, longitude: 0 } }, 'INVALID_INPUT', 'location.latitude'],
  ]);

  testCallRate('places.search', { text: 'Berlin' });
});

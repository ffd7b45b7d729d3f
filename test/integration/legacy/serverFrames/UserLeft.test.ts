import { describe, expect, test } from 'vitest';
import { joinLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe('UserLeft', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('sent', () => {
    test('at once when the last socket of a user closes, not before', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using phone = await joinLegacy(earshot.a.url, at, 'Bob');
      using laptop = await joinLegacy(earshot.a.url, at, 'Bob');
      laptop.ws.close();
      await laptop.closed;
      phone.send({ type: 'Message', content: 'still here' });
      await ada.until('NewMessage');
      expect(ada.of('UserLeft')).toEqual([]);
      phone.ws.close();
      expect(await ada.until('UserLeft', () => true, 2_000)).toMatchObject({ user_id: 'bob' });
    });

    test('when a user moves to another room', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      const elsewhere = { latitude: 1, longitude: 2, search_radius: 0 };
      bob.send({ type: 'JoinLocalChat', user_id: 'bob', username: 'Bob', ...elsewhere });
      expect(await ada.until('UserLeft')).toMatchObject({ user_id: 'bob' });
      expect(bob.of('UserLeft')).toEqual([]);
    });
  });

  describe('recipients', () => {
    test('not sockets elsewhere', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using elsewhere = await joinLegacy(earshot.a.url, someLocationId(), 'Carol');
      const bob = await joinLegacy(earshot.a.url, at, 'Bob');
      bob.ws.close();
      await ada.until('UserLeft');
      elsewhere.send({ type: 'Message', content: 'marker' });
      await elsewhere.until('NewMessage');
      expect(elsewhere.of('UserLeft')).toEqual([]);
    });
  });

  describe('shape', () => {
    test('has the user and the time', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      const bob = await joinLegacy(earshot.a.url, at, 'Bob');
      bob.ws.close();
      const { type, data, ...flat } = await ada.until('UserLeft');
      expect(data).toEqual({ username: 'Bob', user_id: 'bob', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) });
      expect(flat).toEqual(data);
    });
  });
});

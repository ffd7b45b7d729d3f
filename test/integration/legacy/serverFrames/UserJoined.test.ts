import { describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe('UserJoined', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('sent', () => {
    test('when a user enters the room', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using _bob = await joinLegacy(earshot.a.url, at, 'Bob');
      expect(await ada.until('UserJoined')).toMatchObject({ user_id: 'bob' });
    });

    test('in answer to Auth, with the user’s own name', async () => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type: 'Auth', user_id: 'ada', username: 'Ada' });
      expect(await ada.until('UserJoined')).toMatchObject({ user_id: 'ada', username: 'Ada' });
    });

    test('once for each user: not for a second socket', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using _phone = await joinLegacy(earshot.a.url, at, 'Bob');
      using _laptop = await joinLegacy(earshot.a.url, at, 'Bob');
      using _carol = await joinLegacy(earshot.a.url, at, 'Carol');
      await ada.until('UserJoined', ({ user_id }) => user_id === 'carol');
      expect(ada.of('UserJoined').map(({ user_id }) => user_id)).toEqual(['bob', 'carol']);
    });
  });

  describe('recipients', () => {
    test('not the socket that joins, nor sockets elsewhere', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using elsewhere = await joinLegacy(earshot.a.url, someLocationId(), 'Carol');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      await ada.until('UserJoined');
      for (const client of [bob, elsewhere]) {
        client.send({ type: 'Message', content: 'marker' });
        await client.until('NewMessage');
        expect(client.of('UserJoined')).toEqual([]);
      }
    });
  });

  describe('shape', () => {
    test('has the user and the time', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using _bob = await joinLegacy(earshot.a.url, at, 'Bob');
      const { type, data, ...flat } = await ada.until('UserJoined');
      expect(data).toEqual({ username: 'Bob', user_id: 'bob', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) });
      expect(flat).toEqual(data);
    });
  });
});

import { idToExtendedJson } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe('NewMessage', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('sent', () => {
    test('for each message, also one sent over REST', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      ada.send({ type: 'Message', content: 'by socket' });
      await ada.until('NewMessage');
      const answer = await fetch(`${earshot.a.url}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ location_id: at, user_id: 'bob', username: 'Bob', content: 'by REST' }),
      });
      const { data } = await ada.until('NewMessage', ({ content }) => content === 'by REST');
      expect(data).toEqual(await answer.json());
      expect(ada.of('NewMessage').map(({ content }) => content)).toEqual(['by socket', 'by REST']);
    });
  });

  describe('recipients', () => {
    test('all sockets in the room get it, including the sender; none elsewhere, and none that only authenticated', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      using elsewhere = await joinLegacy(earshot.a.url, someLocationId(), 'Carol');
      using outside = await openLegacy(earshot.a.url, at);
      outside.send({ type: 'Auth', user_id: 'dan', username: 'Dan' });
      await outside.until('UserJoined');
      ada.send({ type: 'Message', content: 'hello' });
      for (const client of [ada, bob]) await client.until('NewMessage');
      // A frame sent after it arrives, so it would have arrived too.
      elsewhere.send({ type: 'Message', content: 'own' });
      outside.send({ type: 'Auth', user_id: 'dan', username: 'Daniel' });
      await elsewhere.until('NewMessage', ({ content }) => content === 'own');
      await outside.until('UserJoined', ({ username }) => username === 'Daniel');
      expect([elsewhere.of('NewMessage').length, outside.of('NewMessage').length]).toEqual([1, 0]);
    });

    test('LEGACY_ECHO=false: the sender does not get it', async () => {
      await using earshot = await startEmbedded({ env: { LEGACY_ECHO: 'false' } });
      using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
      using bob = await joinLegacy(earshot.a.url, 'lobby', 'Bob');
      ada.send({ type: 'Message', content: 'hello' });
      await bob.until('NewMessage');
      bob.send({ type: 'Message', content: 'hello, Ada' });
      await ada.until('NewMessage');
      expect(ada.of('NewMessage').map(({ content }) => content)).toEqual(['hello, Ada']);
    });
  });

  describe('shape', () => {
    test('has the message, with its time in ISO form', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      ada.send({ type: 'Message', content: 'hello' });
      const { type, data, ...flat } = await ada.until('NewMessage');
      expect(data).toEqual({
        _id: idToExtendedJson(String(flat.id)),
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        room_id: at,
        user_id: 'ada',
        username: 'Ada',
        content: 'hello',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        deleted: false,
        reactions: [],
      });
      expect(flat).toEqual(data);
    });
  });
});

import { describe, expect, test } from 'vitest';
import { joinLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe('Typing from the server', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('sent', () => {
    test('when a user starts and stops typing', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      for (const is_typing of [true, false]) bob.send({ type: 'Typing', is_typing });
      await ada.until('Typing', (frame) => frame.is_typing === false);
      expect(ada.of('Typing').map((frame) => frame.is_typing)).toEqual([true, false]);
    });
  });

  describe('recipients', () => {
    test('no socket of the user who types, and none elsewhere', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using phone = await joinLegacy(earshot.a.url, at, 'Bob');
      using laptop = await joinLegacy(earshot.a.url, at, 'Bob');
      using elsewhere = await joinLegacy(earshot.a.url, someLocationId(), 'Carol');
      phone.send({ type: 'Typing', is_typing: true });
      await ada.until('Typing');
      ada.send({ type: 'Message', content: 'marker' });
      elsewhere.send({ type: 'Message', content: 'marker' });
      for (const client of [phone, laptop, elsewhere]) {
        await client.until('NewMessage');
        expect(client.of('Typing')).toEqual([]);
      }
    });
  });

  describe('shape', () => {
    test('has the user, and whether they type', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      bob.send({ type: 'Typing', is_typing: true });
      const fields = { user_id: 'bob', username: 'Bob', is_typing: true };
      expect(await ada.until('Typing')).toEqual({ type: 'Typing', data: fields, ...fields });
    });
  });
});

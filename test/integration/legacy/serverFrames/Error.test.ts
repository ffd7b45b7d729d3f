import { describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe('Error', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('sent', () => {
    test.each([
      ['no JSON', 'not JSON', 'INVALID_INPUT'],
      ['an unknown type', { type: 'Dance' }, 'INVALID_INPUT'],
      ['a missing field', { type: 'Auth', username: 'Ada' }, 'INVALID_INPUT'],
      ['a message without an identity', { type: 'Message', content: 'hello' }, 'UNAUTHENTICATED'],
    ])('answers %s, and the socket stays open', async (_case, frame, code) => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send(frame);
      expect(await ada.until('Error')).toMatchObject({ code });
      ada.send({ type: 'Auth', user_id: 'ada', username: 'Ada' });
      await ada.until('UserJoined');
      expect(ada.of('Error')).toHaveLength(1);
    });
  });

  describe('recipients', () => {
    test('only the socket that sent the frame', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      ada.send({ type: 'Message', content: ' ' });
      await ada.until('Error');
      ada.send({ type: 'Message', content: 'marker' });
      await bob.until('NewMessage');
      expect(bob.of('Error')).toEqual([]);
    });
  });

  describe('shape', () => {
    test('has a message for users, which names the field, and a code for programs', async () => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type: 'Auth', username: 'Ada' });
      const { type, data, ...flat } = await ada.until('Error');
      expect(data).toEqual({ message: expect.stringContaining('user_id'), code: 'INVALID_INPUT' });
      expect(flat).toEqual(data);
    });
  });
});

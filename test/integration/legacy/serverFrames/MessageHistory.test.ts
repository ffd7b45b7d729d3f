import { describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe('MessageHistory', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('sent', () => {
    test('answers a join, after RoomJoined, with the newest 50 messages, oldest first', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      for (let n = 0; n < 60; n += 1) ada.send({ type: 'Message', content: `${n}` });
      await ada.until('NewMessage', ({ content }) => content === '59');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      expect(bob.frames.all).toMatchObject([{ type: 'RoomJoined' }, { type: 'MessageHistory' }]);
      const [history] = bob.of('MessageHistory');
      expect(history?.messages?.map(({ content }) => content)).toEqual(
        Array.from({ length: 50 }, (_, n) => `${n + 10}`),
      );
    });

    test('a room without messages has an empty one', async () => {
      using ada = await joinLegacy(earshot.a.url, someLocationId(), 'Ada');
      expect(ada.of('MessageHistory')).toEqual([{ type: 'MessageHistory', data: { messages: [] }, messages: [] }]);
    });
  });

  describe('recipients', () => {
    test('only who joins gets it', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using _bob = await joinLegacy(earshot.a.url, at, 'Bob');
      await ada.until('UserJoined');
      expect(ada.of('MessageHistory')).toHaveLength(1);
    });

    test('a socket that only authenticates gets none', async () => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type: 'Auth', user_id: 'ada', username: 'Ada' });
      await ada.until('UserJoined');
      expect(ada.of('MessageHistory')).toEqual([]);
    });
  });

  describe('shape', () => {
    test('has its messages as NewMessage has them', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      ada.send({ type: 'Message', content: 'hello' });
      const { type: _, data: message } = await ada.until('NewMessage');
      using bob = await joinLegacy(earshot.a.url, at, 'Bob');
      const messages = [message];
      expect(bob.of('MessageHistory')).toEqual([{ type: 'MessageHistory', data: { messages }, messages }]);
    });
  });
});

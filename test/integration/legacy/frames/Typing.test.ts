import { describe, expect, test } from 'vitest';
import { testFrameRefusals } from '../../../resources/frameTests.ts';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { deployments, startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe.each(deployments)('Typing, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test('is sent to the other sockets in the room', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.b.url, at, 'Bob');
      await ada.until('UserJoined');
      for (const is_typing of [true, false]) {
        ada.send({ type: 'Typing', is_typing });
        const frame = await bob.until('Typing', (typing) => typing.is_typing === is_typing);
        expect(frame).toMatchObject({ user_id: 'ada', username: 'Ada' });
      }
      expect(ada.of('Typing')).toEqual([]);
    });
  });

  describe('access', () => {
    test('is ignored before a join', async () => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type: 'Typing', is_typing: true });
      ada.send({ type: 'Auth', user_id: 'ada', username: 'Ada' });
      await ada.until('UserJoined');
      expect(ada.frames.all).toHaveLength(1);
    });
  });
});

describe('Typing refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testFrameRefusals(earshot, 'joined', [
    [{ type: 'Typing' }, 'INVALID_INPUT', 'is_typing'],
    [{ type: 'Typing', is_typing: 1 }, 'INVALID_INPUT', 'is_typing'],
  ]);
});

import { describe, expect, test } from 'vitest';
import { testFrameRefusals } from '../../../resources/frameTests.ts';
import { openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { deployments, startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';
import { checkedTokens, signToken } from '../../../resources/tokens.ts';

const claim = (token?: string) => ({ type: 'Join', user_id: 'ada', username: 'Whoever', token });

describe.each(deployments)('Auth, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each([{ data: { user_id: 'ada', username: 'Ada' } }, { user_id: 'ada', username: 'Ada' }])(
      'authenticates the socket, answered with UserJoined for its user: %j',
      async (fields) => {
        using ada = await openLegacy(earshot.a.url, someLocationId());
        ada.send({ type: 'Auth', ...fields });
        expect(await ada.until('UserJoined')).toMatchObject({ user_id: 'ada', username: 'Ada' });
        expect(ada.frames.all).toHaveLength(1);
      },
    );
  });

  describe('access', () => {
    test('joins no room: a message is rejected', async () => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type: 'Auth', user_id: 'ada', username: 'Ada' });
      ada.send({ type: 'Message', content: 'too early' });
      expect(await ada.until('Error')).toMatchObject({ code: 'NOT_A_MEMBER' });
    });
  });
});

describe('Auth access, embedded', () => {
  test('a failed claim clears the previous identity: nothing is sent under the old name', async () => {
    await using earshot = await startEmbedded({ env: checkedTokens });
    const at = someLocationId();
    using phone = await openLegacy(earshot.a.url, at);
    phone.send(claim(await signToken('ada')));
    await phone.until('MessageHistory');
    using bob = await openLegacy(earshot.a.url, at);
    bob.send({ ...claim(await signToken('bob')), user_id: 'bob' });
    await bob.until('MessageHistory');
    phone.send({ type: 'Auth', user_id: 'eve', username: 'Eve', token: 'bogus' });
    phone.send({ type: 'Message', content: 'under a wrong name' });
    await phone.until('Error', (frame) => frame.code === 'UNAUTHENTICATED');
    await bob.until('UserLeft', (frame) => frame.user_id === 'ada');
    phone.send(claim(await signToken('ada')));
    phone.send({ type: 'Message', content: 'under the right one' });
    await bob.until('NewMessage', (frame) => frame.content === 'under the right one');
    expect(bob.of('NewMessage')).toHaveLength(1);
  });
});

describe('Auth refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testFrameRefusals(earshot, 'new', [
    [{ type: 'Auth', username: 'Ada' }, 'INVALID_INPUT', 'user_id'],
    [{ type: 'Auth', user_id: 'ada' }, 'INVALID_INPUT', 'username'],
    [{ type: 'Auth', user_id: 7, username: 'Ada' }, 'INVALID_INPUT', 'user_id'],
    [{ type: 'Auth', user_id: 'ada', username: ' ' }, 'INVALID_INPUT', 'username'],
    [{ type: 'Auth', user_id: 'ada', username: 'Ada', token: 7 }, 'INVALID_INPUT', 'token'],
  ]);

  test('after 5 failures the socket is closed with 4401', async () => {
    await using earshot = await startEmbedded({ env: checkedTokens });
    using eve = await openLegacy(earshot.a.url, 'lobby');
    for (let i = 0; i < 5; i += 1) eve.send({ ...claim('bogus'), type: 'Auth' });
    expect((await eve.closed).code).toBe(4401);
    expect(eve.of('Error')).toHaveLength(5);
  });
});

import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '@earshot/shared';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens, signToken, tokenSecret } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

const withGuests = { ...checkedTokens, ALLOW_GUESTS: 'true' };

/** A guest token of an earlier version, signed with the operator's key, that expires in that many seconds. */
function signFormerGuest(userId: string, seconds: number): Promise<string> {
  const end = Math.floor(Date.now() / 1_000) + seconds;
  return new SignJWT({ username: 'Ada' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(end - 86_400)
    .setExpirationTime(end)
    .sign(new TextEncoder().encode(tokenSecret));
}

const refused = (errorCode: ErrorCode) => ({ data: { errorCode } });

const long = (n: number) => 'x'.repeat(n);

describe.each(deployments)('auth.guest, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('returns a token with which the guest is identified ($transport)', async ({ connect }) => {
      using unidentified = connect(earshot.a.url, {});
      const { token, user } = await unidentified.api.auth.guest.mutate({ username: ' Ada ' });
      expect(user).toEqual({ userId: expect.stringMatching(/^guest-/), username: 'Ada' });
      const again = await unidentified.api.auth.guest.mutate({ username: 'Ada' });
      expect(again.user.userId).not.toBe(user.userId);
      const renewed = await unidentified.api.auth.guest.mutate({ username: 'Ada L.', token });
      expect(renewed.user).toEqual({ userId: user.userId, username: 'Ada L.' });
    });
  });

  describe('access', () => {
    testAccess(earshot, 'auth.guest', {
      input: { username: 'Ada' },
      callers: {
        'a client without an identity': 'allowed',
        'a user outside the room': 'allowed',
      },
    });
  });
});

describe('auth.guest does, with checked tokens', () => {
  test('a guest with an expired token gets another one and stays the author of their messages', async () => {
    await using earshot = await startEmbedded({ env: withGuests });
    const userId = `guest-${randomUUID()}`;
    const former = await signFormerGuest(userId, 3_600);
    using before = stockClient(earshot.a.url, { token: former });
    const { room } = await before.api.rooms.join.mutate({ location: somewhere() });
    const { id: messageId } = await before.api.messages.send.mutate({ roomId: room.id, content: 'mine' });

    using guest = stockClient(earshot.a.url, {});
    const expired = await signFormerGuest(userId, -60);
    const { token, user } = await guest.api.auth.guest.mutate({ username: 'Ada L.', token: expired });
    expect(user).toEqual({ userId, username: 'Ada L.' });
    using after = stockClient(earshot.a.url, { token });
    const edited = await after.api.messages.edit.mutate({ roomId: room.id, messageId, content: 'still mine' });
    expect(edited).toMatchObject({ userId, content: 'still mine' });
    const next = await after.api.messages.send.mutate({ roomId: room.id, content: 'more' });
    expect(next).toMatchObject({ userId, username: 'Ada L.' });
  });
});

describe('auth.guest refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'auth.guest', [
    [{ username: '' }, 'INVALID_INPUT', 'username'],
    [{ username: long(41) }, 'INVALID_INPUT', 'username'],
    [{ username: '\u202e\u0000' }, 'INVALID_INPUT', 'username'],
  ]);

  testCallRate('auth.guest', { username: 'Ada' });

  test.each([
    ['no guest’s', () => signToken('ada', '1h'), 'TOKEN_INVALID'],
    ['changed', async () => `${await signToken('guest-1', '1h')}x`, 'TOKEN_INVALID'],
    [
      'unsigned',
      async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"guest-1","exp":4000000000}')}.`,
      'TOKEN_INVALID',
    ],
    ['too old', () => signToken('guest-1', new Date(Date.now() - 31 * 86_400_000)), 'TOKEN_EXPIRED'],
  ] as const)('a former token that is %s creates no guest', async (_case, make, errorCode) => {
    await using earshot = await startEmbedded({ env: withGuests });
    using guest = stockClient(earshot.a.url, {});
    const token = await make();
    await expect(guest.api.auth.guest.mutate({ username: 'Ada', token })).rejects.toMatchObject(refused(errorCode));
  });

  test('without ALLOW_GUESTS there are no guests', async () => {
    await using earshot = await startEmbedded({ env: { JWT_SECRET: tokenSecret } });
    using eve = stockClient(earshot.a.url, {});
    await expect(eve.api.auth.guest.mutate({ username: 'Eve' })).rejects.toMatchObject(refused('GUESTS_NOT_ALLOWED'));
  });

  test('guests of one address are limited', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '5' } });
    using unidentified = stockClient(earshot.a.url, {});
    const { token } = await unidentified.api.auth.guest.mutate({ username: 'Guest' });
    // Concurrently: sequential requests could take long enough on a busy machine for the limit to allow more. Few are refused, because a
    // socket whose calls keep being refused is read more slowly.
    const create = (former?: string) =>
      unidentified.api.auth.guest.mutate({ username: 'Guest', ...(former !== undefined && { token: former }) });
    const others = Array.from({ length: 110 }, () => create());
    const results = await Promise.allSettled([...others, create(token), create('')]);
    const made = results.slice(0, 110).filter(({ status }) => status === 'fulfilled').length;
    expect(made).toBeGreaterThanOrEqual(99);
    expect(made).toBeLessThan(105);
    for (const withFormerToken of results.slice(110)) {
      expect(withFormerToken).toMatchObject({ status: 'rejected', reason: refused('RATE_LIMITED') });
    }
  });
});

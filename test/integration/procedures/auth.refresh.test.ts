import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { openRaw } from '../../resources/rawSocket.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const secret = 'a secret of at least thirty-two characters';
const checked = { JWT_SECRET: secret, ALLOW_GUESTS: 'true', HOST: '127.0.0.1' };
const leeway = 5;

/** A token that ends that many seconds from now, the leeway included. */
function sign(userId: string, seconds: number, username = 'Ada'): Promise<string> {
  return new SignJWT({ username })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(Math.ceil(Date.now() / 1_000) + seconds - leeway)
    .sign(new TextEncoder().encode(secret));
}

/** A token of open mode, for the user whom a name alone identifies. */
function openToken(username: string): string {
  const userId = `name-${createHash('sha256').update(username.toLowerCase()).digest('hex').slice(0, 24)}`;
  return Buffer.from(JSON.stringify({ userId, username })).toString('base64url');
}

describe.each(deployments)('auth.refresh, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('returns the user and the end of the new identity ($transport)', async ({ connect }) => {
      using eve = connect(earshot.a.url, { username: 'Eve' });
      const { user, expiresInMs } = await eve.api.auth.refresh.mutate({ token: openToken('Eve') });
      expect(user.username).toBe('Eve');
      expect(expiresInMs).toBeNull();
    });
  });

  describe('access', () => {
    testAccess(earshot, 'auth.refresh', {
      input: { token: openToken('Eve') },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'allowed',
        'a member': 'TOKEN_USER_MISMATCH',
      },
    });
  });
});

describe('auth.refresh does, with checked tokens', () => {
  const earshot = sharedDeployment(() => startEmbedded({ env: checked }));

  test('the socket stays open beyond the end of its first token, and ends at that of the last', async () => {
    using ada = await openRaw(earshot.a.url, { identity: { token: await sign('ada', 2) } });
    const refresh = async (id: number, seconds: number) =>
      ada.send({
        id,
        method: 'mutation',
        params: { path: 'auth.refresh', input: { json: { token: await sign('ada', seconds, 'Ada L.') } } },
      });
    const startedAt = performance.now();
    await refresh(1, 5);
    const answer = await ada.frames.until((frame) => JSON.stringify(frame).includes('expiresInMs'));
    expect(JSON.stringify(answer)).toContain('"username":"Ada L."');
    expect((await ada.closed).code).toBe(4410);
    expect(performance.now() - startedAt).toBeGreaterThan(3_900);
  });

  test('watches and calls go on with the new identity', async () => {
    using ada = stockClient(earshot.a.url, { token: await sign('ada', 60) });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    using watch = ada.watch(room.id);
    await watch.until(({ event }) => event.type === 'snapshot');
    await ada.api.auth.refresh.mutate({ token: await sign('ada', 60, 'Ada L.') });
    await ada.api.messages.send.mutate({ roomId: room.id, content: 'hi' });
    const { event } = await watch.until((one) => one.event.type === 'message.created');
    expect(event).toMatchObject({ message: { userId: 'ada', username: 'Ada L.' } });
    expect(watch.all.map((one) => one.event.type)).toEqual(['snapshot', 'user.renamed', 'message.created']);
  });

  test('a guest’s token can be renewed on the socket too', async () => {
    using visitor = stockClient(earshot.a.url, {});
    const { token, user } = await visitor.api.auth.guest.mutate({ username: 'Grace' });
    using grace = stockClient(earshot.a.url, { token });
    const renewed = await grace.api.auth.guest.mutate({ username: 'Grace', token });
    expect((await grace.api.auth.refresh.mutate({ token: renewed.token })).user).toEqual(user);
  });
});

describe('auth.refresh refuses, with checked tokens', () => {
  const earshot = sharedDeployment(() => startEmbedded({ env: checked }));

  test.each([
    ['another user’s', () => sign('bob', 60), 'TOKEN_USER_MISMATCH'],
    ['expired', () => sign('ada', -10), 'TOKEN_EXPIRED'],
    ['changed', async () => `${await sign('ada', 60)}x`, 'TOKEN_INVALID'],
  ])('a token that is %s: the former identity stays', async (_what, make, errorCode) => {
    using ada = stockClient(earshot.a.url, { token: await sign('ada', 60) });
    const refused = ada.api.auth.refresh.mutate({ token: await make() });
    await expect(refused).rejects.toMatchObject({ data: { errorCode, retry: expect.stringMatching(/no|reconnect/) } });
    expect((await ada.api.auth.session.query()).user.userId).toBe('ada');
  });
});

describe('auth.refresh refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'auth.refresh', [
    [{}, 'INVALID_INPUT', 'token'],
    [{ token: 7 }, 'INVALID_INPUT', 'token'],
    [{ token: 'e30' }, 'TOKEN_INVALID'],
    [{ token: openToken('Bob') }, 'TOKEN_USER_MISMATCH'],
  ]);

  testCallRate('auth.refresh', { token: openToken('Ada') });
});

import { hkdfSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createAuthenticator } from './createAuthenticator.ts';
import { guestId, key, secret, token } from './testTokens.ts';

const next = 'the next secret, of more than thirty-two characters';
const other = 'another secret, of more than thirty-two characters';
const withSecrets = (...secrets: [string, ...string[]]) =>
  createAuthenticator({
    mode: 'jwt',
    allowGuests: true,
    key: { secrets },
    issuer: 'https://id.example',
    audience: 'earshot',
  });

describe('while the secret is replaced', () => {
  const [before, during, after] = [withSecrets(secret), withSecrets(next, secret), withSecrets(next)];

  test('tokens signed with either secret are valid, and no others', async () => {
    for (const signedWith of [secret, next]) {
      const signed = await token().sign(key(signedWith));
      expect((await during.identify({ token: signed }))?.user.userId).toBe('u1');
    }
    const stranger = await token().sign(key(other));
    await expect(during.identify({ token: stranger })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test.each([
    ['expired', () => token().setExpirationTime('-6s'), 'TOKEN_EXPIRED'],
    ['not valid yet', () => token().setNotBefore('1h'), 'TOKEN_NOT_YET_VALID'],
    ['for another audience', () => token().setAudience('other'), 'TOKEN_INVALID'],
  ])('a token signed with the previous secret fails for its claims: %s', async (_what, make, code) => {
    await expect(during.identify({ token: await make().sign(key(secret)) })).rejects.toMatchObject({ code });
  });

  test('guest tokens of the previous secret are valid, can be renewed, and are then signed with the current one', async () => {
    const former = await before.guest('Grace');
    expect((await during.identify({ token: former.token }))?.user).toEqual(former.user);
    await expect(after.identify({ token: former.token })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const renewed = await during.guest('Grace', former.token);
    expect(renewed.user).toEqual(former.user);
    expect((await after.identify({ token: renewed.token }))?.user).toEqual(former.user);
    await expect(before.identify({ token: renewed.token })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('the previous secret itself signs no guest token', async () => {
    const forged = await new SignJWT({ username: 'Eve' })
      .setProtectedHeader({ alg: 'HS256', typ: 'earshot-guest+jwt' })
      .setIssuer('earshot')
      .setAudience('earshot-guest')
      .setSubject('guest-0b0e7a3c-54b1-4a39-9d5e-6a1f2c3d4e5f')
      .setExpirationTime('1h')
      .sign(key(secret));
    await expect(during.identify({ token: forged })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

test('a guest token names a guest, also one with a valid signature', async () => {
  const guestKey = new Uint8Array(hkdfSync('sha256', secret, '', 'earshot guest tokens', 32));
  const guestToken = (sub: string) =>
    new SignJWT({ username: 'Eve', roles: ['admin'] })
      .setProtectedHeader({ alg: 'HS256', typ: 'earshot-guest+jwt' })
      .setIssuer('earshot')
      .setAudience('earshot-guest')
      .setSubject(sub)
      .setExpirationTime('1h')
      .sign(guestKey);
  const server = withSecrets(secret);
  const guest = await server.identify({ token: await guestToken(guestId) });
  expect(guest).toMatchObject({ user: { userId: guestId }, roles: [] });
  await expect(server.identify({ token: await guestToken('ada') })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  const renewed = server.guest('Eve', await guestToken('ada'));
  await expect(renewed).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
});

import { describe, expect, test } from 'vitest';
import { readToken } from './readToken.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: unknown) => `${base64url({ alg: 'HS256' })}.${base64url(claims)}.c2lnbmVk`;

describe('readToken', () => {
  test.each([
    [
      { sub: 'u1', username: 'Zoë ☕' },
      { userId: 'u1', username: 'Zoë ☕' },
    ],
    [
      { sub: 'u1', name: 'Ada', preferred_username: 'ada' },
      { userId: 'u1', username: 'Ada' },
    ],
    [
      { sub: 'u1', username: '  ', preferred_username: 'ada' },
      { userId: 'u1', username: 'ada' },
    ],
    [{ sub: 'u1' }, { userId: 'u1', username: 'u1' }],
  ])('%j names its user', (claims, user) => {
    expect(readToken(token(claims))).toEqual(user);
  });

  test.each(['', 'hello', 'a.b', 'a.!.c', token(null), token({ name: 'Ada' }), token({ sub: 7 })])(
    '%j is none',
    (text) => {
      expect(readToken(text)).toBeNull();
    },
  );
});

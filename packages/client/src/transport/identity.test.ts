import { expect, test } from 'vitest';
import { credentialHeaders, getCredentials, senderOf } from './identity.ts';

test('a fixed token is used unchanged, and `getToken` is called each time', async () => {
  let count = 0;
  const getToken = async () => `token ${++count}`;
  expect(await getCredentials({ getToken })).toEqual({ token: 'token 1' });
  expect(await getCredentials({ getToken })).toEqual({ token: 'token 2' });
  expect(await getCredentials({ token: 'mine' })).toEqual({ token: 'mine' });
  expect(credentialHeaders({ token: 'mine' })).toEqual({ authorization: 'Bearer mine' });
});

test('a failure of `getToken` may be retried later', async () => {
  const cause = new Error('login is down');
  const getToken = () => Promise.reject(cause);
  await expect(getCredentials({ getToken })).rejects.toMatchObject({ code: 'NO_CREDENTIALS', retry: 'later', cause });
});

test('names in any script are encoded in headers', async () => {
  const credentials = await getCredentials({ username: 'Zoë 東', userId: 'z/1' });
  expect(credentials).toEqual({ username: 'Zoë 東', userId: 'z/1' });
  const headers = credentialHeaders(credentials);
  expect(() => new Headers(headers)).not.toThrow();
  expect(decodeURIComponent(headers['x-earshot-username'] ?? '')).toBe('Zoë 東');
  expect(decodeURIComponent(headers['x-earshot-user-id'] ?? '')).toBe('z/1');
});

test('no identity sends no credentials', async () => {
  expect(await getCredentials({})).toBeNull();
  expect(credentialHeaders(null)).toEqual({});
  expect(await getCredentials({ username: 'Ada' })).toEqual({ username: 'Ada' });
});

test('`userId` beside a token is not sent', async () => {
  const credentials = await getCredentials({ token: 'mine', userId: 'ada' });
  expect(credentials).toEqual({ token: 'mine' });
});

test('a sender is identified by id, else by name; two users never share a key', () => {
  const senders = [{ token: 'any', userId: 'ada' }, { username: 'ada' }, { username: 'Ada', userId: 'Ada' }].map(
    senderOf,
  );
  expect(new Set(senders).size).toBe(3);
  expect(senderOf({ username: 'Ada', userId: 'ada' })).toBe(senderOf({ token: 'any', userId: 'ada' }));
  expect(senderOf({ token: 'any' })).toBeNull();
  expect(senderOf({})).toBeNull();
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AuthService, hang, json, startAuthService } from '../../../../../test/resources/authService.ts';
import { askTokenService, type ServiceOutcome } from './tokenService.ts';

let service: AuthService;

beforeEach(async () => {
  service = await startAuthService();
});

afterEach(() => service[Symbol.asyncDispose]());

const ask = (timeoutMs = 5_000) => askTokenService(service.url, 'a.token', timeoutMs);
const failsWith = (outcome: ServiceOutcome, message: RegExp, isDown: boolean) =>
  expect(outcome).toEqual({ failure: expect.objectContaining({ message: expect.stringMatching(message) }), isDown });

test('the token is sent in the body and as bearer', async () => {
  service.answer = json({ user_id: 'ada' });
  await ask();
  expect(service.asked).toEqual(['a.token']);
  expect(service.headers).toMatchObject({ authorization: 'Bearer a.token', 'content-type': 'application/json' });
});

describe('answers', () => {
  const exp = Math.floor(Date.now() / 1_000) + 60;
  test.each([
    [
      { user_id: 'ada', username: 'Ada' },
      { userId: 'ada', username: 'Ada' },
    ],
    [
      { sub: 'ada', name: 'Ada', email: 'ada@example.com' },
      { userId: 'ada', username: 'Ada' },
    ],
    [
      { user_id: 'ada', sub: 'other', username: null, name: ' Ada \u0000' },
      { userId: 'ada', username: 'Ada' },
    ],
    [
      { user_id: 'ada', exp: null },
      { userId: 'ada', username: 'ada' },
    ],
    [
      { user_id: 'ada', username: 'x'.repeat(100) },
      { userId: 'ada', username: 'x'.repeat(40) },
    ],
  ])('%j is an identity', async (value, user) => {
    service.answer = json(value);
    expect(await ask()).toEqual({ identity: { user, expiresAt: undefined, issuedAt: null, roles: [] } });
  });

  test('roles are a list of known ones', async () => {
    service.answer = json({ user_id: 'ada', roles: ['admin', 'owner'] });
    expect(await ask()).toMatchObject({ identity: { roles: ['admin'] } });
    service.answer = json({ user_id: 'ada', roles: 'admin' });
    expect(await ask()).toMatchObject({ identity: { roles: [] } });
  });

  test('an identity ends at `exp`, with the usual leeway', async () => {
    service.answer = json({ user_id: 'ada', exp });
    expect(await ask()).toMatchObject({ identity: { expiresAt: new Date((exp + 5) * 1_000) } });
  });

  test.each([401, 403])('%i rejects the token', async (status) => {
    service.answer = json({ user_id: 'ada' }, status);
    expect(await ask()).toEqual({ identity: null });
  });

  test.each([
    [{}, /malformed answer: user_id: missing/],
    [{ user_id: 7 }, /user_id/],
    [{ user_id: '' }, /user_id/],
    [{ user_id: 'x'.repeat(1_000) }, /user_id/],
    [{ user_id: 'ada', exp: 'tomorrow' }, /exp/],
    [{ user_id: 'ada', exp: 1e300 }, /exp/],
    [['ada'], /malformed/],
    [null, /malformed/],
  ])('%j is malformed, and not quoted', async (value, message) => {
    service.answer = json(value);
    failsWith(await ask(), message, false);
  });

  test('an answer that is not JSON is not quoted', async () => {
    service.answer = (_request, response) => void response.end('<html>ada@example.com');
    failsWith(await ask(), /malformed answer: not JSON$/, false);
  });
});

describe('failures', () => {
  test.each([
    [500, false],
    [502, true],
    [503, true],
    [504, true],
    [429, true],
    [400, false],
    [404, false],
    [204, false],
    [302, false],
  ])('status %i is no identity', async (status, isDown) => {
    service.answer = (_request, response) => {
      response.writeHead(status, { location: '/elsewhere', 'content-type': 'application/json' });
      response.end('{"user_id":"ada"}');
    };
    failsWith(await ask(), new RegExp(`answered with status ${status}$`), isDown);
    expect(service.asked).toHaveLength(1); // a redirect is not followed
  });

  test('a service that hangs is abandoned, before its answer and within it', async () => {
    service.answer = hang;
    failsWith(await ask(50), /did not answer in time/, true);
    service.answer = (_request, response) => void response.write('{"user_id":');
    failsWith(await ask(50), /did not answer in time/, true);
  });

  test('an endless answer is abandoned', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    service.answer = (_request, response) => {
      const write = () => {
        while (response.write(' '.repeat(16_384)));
      };
      response.on('drain', write).on('close', resolve);
      write();
    };
    failsWith(await ask(), /more than 65536 bytes/, false);
    await closed;
  });

  test('a service that is gone', async () => {
    service.answer = (request) => void request.socket.destroy();
    failsWith(await ask(), /could not be reached/, true);
    await service.stop();
    failsWith(await ask(), /could not be reached/, true);
    await service.restart();
    service.answer = json({ user_id: 'ada' });
    expect(await ask()).toMatchObject({ identity: { user: { userId: 'ada' } } });
  });
});

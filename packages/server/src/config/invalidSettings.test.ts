import { describe, expect, test } from 'vitest';
import { problems } from './testProblems.ts';

const secret = 's'.repeat(32);

describe('invalid settings', () => {
  test('all invalid variables are listed at once', () => {
    const found = problems({ PORT: 'eighty', SEND_RATE: '-1', MONGODB_URI: 'localhost', JWT_SECRET: 'short' });
    expect(found.map((line) => line.split(':')[0])).toEqual(['PORT', 'MONGODB_URI', 'JWT_SECRET', 'SEND_RATE']);
  });

  test('a proof of work that takes hours', () => {
    expect(problems({ GUEST_CHALLENGE: '29' })).toEqual(['GUEST_CHALLENGE: must be a whole number from 0 to 28']);
  });

  test('invalid combinations are listed too', () => {
    const found = problems({
      PORT: 'eighty',
      ALLOWED_ORIGINS: 'chat.example.com',
      AUTH_MODE: 'closed',
      SEND_BURST: '1.5',
      MONGODB_DB: 'a/b',
      REDIS_URL: 'redis://127.0.0.1',
    });
    expect(found).toEqual([
      'PORT: must be a whole number from 0 to 65535',
      expect.stringMatching(/^MONGODB_DB: must be a database name/),
      'AUTH_MODE: must be open, jwt or service',
      'ALLOWED_ORIGINS: “chat.example.com” is not an origin; write it like https://chat.example.com',
      'SEND_BURST: must be a whole number of at least 1',
      expect.stringMatching(/^REDIS_URL without MONGODB_URI/),
    ]);
  });

  test('problems that follow from an invalid variable are not listed', () => {
    expect(problems({ JWT_SECRET: 'short', AUTH_MODE: 'jwt' })).toEqual([expect.stringMatching(/^JWT_SECRET: /)]);
  });

  test.each([
    [{ REDIS_URL: 'redis://127.0.0.1' }, /REDIS_URL without MONGODB_URI/],
    [{ REDIS_CLUSTER: 'true' }, /^REDIS_CLUSTER=true needs REDIS_URL/],
    [{ REDIS_URL: 'redis://a,redis://b' }, /names several nodes: set REDIS_CLUSTER=true/],
    [
      { REDIS_URL: 'redis://a:1,b:2', REDIS_CLUSTER: '1' },
      /^REDIS_URL: must be a URL .* several URLs, separated by commas$/,
    ],
    [{ REDIS_URL: 'redis://a/3', REDIS_CLUSTER: '1' }, /only database 0/],
    [{ MESSAGE_HOOK_URL: 'https://hook.example' }, /^MESSAGE_HOOK_URL needs MESSAGE_HOOK_SECRET/],
    [{ MESSAGE_HOOK_SECRET: `whsec_${'A'.repeat(32)}` }, /^MESSAGE_HOOK_URL needs MESSAGE_HOOK_SECRET/],
    [{ MESSAGE_HOOK_URL: 'http://hook.example' }, /^MESSAGE_HOOK_URL: must start with https:/],
    ...['A'.repeat(32), 'whsec_', 'whsec_AAAA', `whsec_${'A'.repeat(88)}`, `whsec_${'-'.repeat(32)}`].map(
      (text): [Record<string, string>, RegExp] => [
        { MESSAGE_HOOK_SECRET: text },
        /^MESSAGE_HOOK_SECRET: must be whsec_/,
      ],
    ),
    [{ MESSAGE_HOOK_TIMEOUT_MS: '2000' }, /^MESSAGE_HOOK_TIMEOUT_MS: must be a whole number from 10 to 1000$/],
    [{ BLOCKED_WORDS_MODE: 'hide' }, /^BLOCKED_WORDS_MODE: must be refuse or mask$/],
    [{ WORKERS: '2' }, /^WORKERS=2 needs MONGODB_URI and REDIS_URL.*Set both, or leave WORKERS out\.$/],
    [{ WORKERS: 'auto', MONGODB_URI: 'mongodb://127.0.0.1' }, /^WORKERS=auto needs MONGODB_URI and REDIS_URL/],
    [{ NODE_ENV: 'production' }, /anybody could take any name/],
    [{ AUTH_MODE: 'jwt' }, /needs JWT_SECRET or JWKS_URL/],
    [{ RESERVED_NAMES: 'Luna,,Ada' }, /^RESERVED_NAMES: “” is not a name of a user; write names/],
    [{ RESERVED_NAMES: '★' }, /^RESERVED_NAMES: “★” is not a name/],
    [{ AUTH_MODE: 'service' }, /^AUTH_MODE=service needs AUTH_SERVICE_URL/],
    [{ AUTH_SERVICE_URL: 'http://id.example' }, /^AUTH_SERVICE_URL: must start with https:/],
    [{ AUTH_SERVICE_URL: 'https://id.example', AUTH_MODE: 'jwt', JWT_SECRET: secret }, /^AUTH_MODE=jwt does not ask/],
    [{ AUTH_SERVICE_URL: 'https://id.example', AUTH_MODE: 'open' }, /^AUTH_MODE=open does not ask/],
    [{ AUTH_SERVICE_URL: 'https://id.example', JWT_SECRET: secret }, /JWT_SECRET signs only guest tokens/],
    [{ AUTH_SERVICE_URL: 'https://id.example', ALLOW_GUESTS: 'true' }, /^ALLOW_GUESTS needs JWT_SECRET/],
    [
      { AUTH_SERVICE_URL: 'https://id.example', JWKS_URL: 'https://id.example/keys', JWT_ISSUER: 'x' },
      /leave JWKS_URL, JWT_ISSUER out/,
    ],
    [{ AUTH_MODE: 'open', JWT_SECRET: secret }, /does not check tokens/],
    [{ JWT_SECRET: secret, JWKS_URL: 'https://id.example/keys' }, /exclude each other/],
    [{ JWT_SECRET_PREVIOUS: secret }, /^JWT_SECRET_PREVIOUS needs JWT_SECRET/],
    [{ JWT_SECRET: secret, JWT_SECRET_PREVIOUS: 'short' }, /^JWT_SECRET_PREVIOUS: must have at least 32 characters/],
    [{ JWT_SECRET: secret, JWT_SECRET_PREVIOUS: secret }, /^JWT_SECRET_PREVIOUS and JWT_SECRET are the same/],
    [{ JWKS_URL: 'http://id.example/keys' }, /^JWKS_URL: must start with https:/],
    [{ JWKS_URL: 'https://id.example/keys', ALLOW_GUESTS: 'true' }, /ALLOW_GUESTS needs JWT_SECRET/],
    [{ ALLOWED_ORIGINS: 'chat.example.com' }, /not an origin/],
    [{ ALLOWED_ORIGINS: 'https://chat.example.com/' }, /not an origin/],
    [{ ALLOWED_ORIGINS: 'capacitor://localhost/app' }, /not an origin/],
    [{ ALLOWED_ORIGINS: 'null' }, /not an origin/],
    [{ ALLOWED_HOSTS: 'https://chat.example.com' }, /write it like chat\.example\.com$/],
    [{ ALLOWED_HOSTS: 'chat.example.com:3001' }, /not a name or address without a port/],
  ])('%o is rejected', (env, expected) => {
    expect(problems(env as Record<string, string>).join('\n')).toMatch(expected);
  });

  test.each(['0', '-1', '1.5', 'many', '1e2', '257'])('WORKERS=%s is not a number of processes', (text) => {
    expect(problems({ WORKERS: text })).toEqual(['WORKERS: must be auto or a whole number from 1 to 256']);
  });

  test('open mode in production is allowed with ALLOW_OPEN_AUTH', () => {
    expect(problems({ NODE_ENV: 'production', ALLOW_OPEN_AUTH: 'true' })).toEqual([]);
  });
});

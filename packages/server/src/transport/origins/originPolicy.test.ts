import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { EarshotError } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../config/readConfig.ts';
import { createOriginPolicy } from './originPolicy.ts';
import { createRequestSource } from './requestSource.ts';

function requestWith(headers: IncomingHttpHeaders): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: '127.0.0.1' });
  return Object.assign(new IncomingMessage(socket), { headers });
}

function policyOf(env: Record<string, string>) {
  const config = readConfig(env);
  return createOriginPolicy(config, createRequestSource(config.trustProxy, { warn: () => {} }));
}

/** The outcome of a request with these headers under these settings: `in`, or the error code. */
function outcome(env: Record<string, string>, headers: IncomingHttpHeaders): string {
  const policy = policyOf(env);
  try {
    policy.check(requestWith(headers));
  } catch (error) {
    if (error instanceof EarshotError) return error.code;
    throw error;
  }
  expect(policy.allows(requestWith(headers))).toBe(headers.origin !== undefined);
  return 'in';
}

const at = 'localhost:3001';
const ownAddress =
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.internal === false)?.address ?? '::1';
const inHost = (address: string) => (address.includes(':') ? `[${address}]` : address);

test('an accepted host does not make other hosts accepted', () => {
  const policy = policyOf({ TRUST_PROXY: '1' });
  const check = (headers: IncomingHttpHeaders) => () => policy.check(requestWith(headers));
  for (let n = 0; n < 2; n += 1) {
    expect(check({ host: at })).not.toThrow();
    expect(check({ host: 'evil.example' })).toThrow('evil.example');
    const forwarded = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-host': 'evil.example' };
    expect(check({ host: at, ...forwarded })).toThrow('evil.example');
    expect(check({ host: 'evil.example', ...forwarded, 'x-forwarded-host': at })).toThrow('evil.example');
  }
});

describe('in open mode, the host', () => {
  test.each([
    ...['localhost:3001', 'LOCALHOST', 'localhost.', 'chat.localhost:80', '127.0.0.1:3001', '127.5.5.5', '[::1]:3001'],
    ...[`${inHost(ownAddress)}:3001`, undefined],
  ])('%s passes', (host) => {
    expect(outcome({}, { ...(host !== undefined && { host }) })).toBe('in');
  });

  test.each([
    ...['evil.example', 'evil.example:3001', 'localhost.evil.example', 'notlocalhost', '127.0.0.1.evil.example'],
    ...['192.0.2.77', '[2001:db8::77]:3001', '', 'localhost:3001:1', 'evil.example#localhost', '127.evil.example'],
  ])('%s is rejected', (host) => {
    expect(outcome({}, { host })).toBe('HOST_REFUSED');
    expect(outcome({}, { host, origin: `http://${host}` })).toBe('HOST_REFUSED');
  });

  test.each([
    [{ ALLOWED_HOSTS: 'chat.example' }, 'chat.example'],
    [{ ALLOWED_HOSTS: 'chat.example' }, 'Chat.Example.:8443'],
    [{ HOST: 'box.example' }, 'box.example:3001'],
    [{ ALLOWED_ORIGINS: 'https://chat.example' }, 'chat.example'],
    [{ ALLOWED_HOSTS: '*' }, 'any.example'],
    [{ ALLOWED_ORIGINS: '*' }, 'any.example'],
  ])('%o lets %s pass', (env, host) => {
    expect(outcome({ ...env }, { host })).toBe('in');
  });

  test('a listed name does not include its subdomains', () => {
    expect(outcome({ ALLOWED_HOSTS: 'chat.example' }, { host: 'evil.chat.example' })).toBe('HOST_REFUSED');
  });
});

describe('in open mode, the origin', () => {
  test.each([
    ['http://localhost:5173', at],
    ['https://127.0.0.1:8443', at],
    ['http://[::1]:1234', at],
    ['https://tauri.localhost', at],
    [`http://${inHost(ownAddress)}:3001`, `${inHost(ownAddress)}:3001`],
  ])('%s may use %s', (origin, host) => {
    expect(outcome({}, { origin, host })).toBe('in');
  });

  test.each([
    ...['https://evil.example', 'null', '', 'http://localhost.evil.example', 'capacitor://localhost', 'file://'],
    ...['https://localhost@evil.example', 'javascript:localhost', `http://${inHost(ownAddress)}:9999`],
  ])('%s may not use it', (origin) => {
    expect(outcome({}, { origin, host: at })).toBe('ORIGIN_REFUSED');
  });

  test('is allowed if it is the server’s own, under a listed name and with the same port', () => {
    const env = { ALLOWED_HOSTS: 'chat.example' };
    expect(outcome(env, { host: 'chat.example', origin: 'https://chat.example' })).toBe('in');
    expect(outcome(env, { host: 'chat.example:8080', origin: 'http://chat.example:8080' })).toBe('in');
    expect(outcome(env, { host: 'chat.example', origin: 'http://chat.example:8080' })).toBe('ORIGIN_REFUSED');
  });

  test('of an app in a web view is allowed if it is listed', () => {
    const env = { ALLOWED_ORIGINS: 'capacitor://localhost,app://obsidian.md' };
    expect(outcome(env, { origin: 'capacitor://localhost', host: at })).toBe('in');
    expect(outcome(env, { origin: 'app://obsidian.md', host: at })).toBe('in');
    expect(outcome(env, { origin: 'http://localhost:5173', host: at })).toBe('ORIGIN_REFUSED');
  });
});

describe('behind a proxy', () => {
  const env = { TRUST_PROXY: 'loopback', ALLOWED_HOSTS: 'chat.example' };
  const forwarded = (host: string) => ({
    ...{ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': host, 'x-forwarded-proto': 'https' },
  });

  test('the server’s own name and origin are those that the client requested', () => {
    for (const host of ['127.0.0.1:3001', 'earshot:3001', 'chat.example']) {
      const headers = { host, ...forwarded('chat.example') };
      expect(outcome(env, headers)).toBe('in');
      expect(outcome(env, { ...headers, origin: 'https://chat.example' })).toBe('in');
      expect(outcome(env, { ...headers, origin: 'https://evil.example' })).toBe('ORIGIN_REFUSED');
    }
    expect(outcome(env, { host: at, ...forwarded('evil.example') })).toBe('HOST_REFUSED');
  });

  test('a page that bypasses the proxy is rejected, even with forwarded headers', () => {
    const headers = { host: 'evil.example:3001', ...forwarded('chat.example') };
    expect(outcome(env, headers)).toBe('HOST_REFUSED');
    expect(outcome(env, { ...headers, origin: 'http://evil.example:3001' })).toBe('HOST_REFUSED');
  });

  test('that is not trusted, forwarded headers are ignored', () => {
    const headers = { host: at, ...forwarded('chat.example'), origin: 'https://chat.example' };
    expect(outcome({ ALLOWED_HOSTS: 'chat.example' }, headers)).toBe('ORIGIN_REFUSED');
  });
});

describe('in jwt mode', () => {
  const JWT_SECRET = 'a secret of at least thirty-two bytes';

  test('any page may use the server, under any name', () => {
    expect(outcome({ JWT_SECRET }, { host: 'any.example', origin: 'https://other.example' })).toBe('in');
    expect(outcome({ JWT_SECRET }, { host: 'any.example', origin: 'null' })).toBe('in');
  });

  test('listed origins and hosts are enforced', () => {
    const env = { JWT_SECRET, ALLOWED_ORIGINS: 'https://a.example' };
    expect(outcome(env, { host: 'any.example', origin: 'https://a.example' })).toBe('in');
    expect(outcome(env, { host: 'any.example', origin: 'http://any.example' })).toBe('ORIGIN_REFUSED');
    expect(outcome({ JWT_SECRET, ALLOWED_HOSTS: 'a.example' }, { host: 'b.example' })).toBe('HOST_REFUSED');
  });
});

test('an error names the setting that would allow the request, and quotes at most a line', () => {
  const policy = policyOf({});
  const long = 'x'.repeat(5_000);
  expect(() => policy.check(requestWith({ host: 'chat.example:80' }))).toThrow(/“chat\.example”.*ALLOWED_HOSTS/);
  expect(() => policy.check(requestWith({ host: at, origin: 'https://a.example' }))).toThrow(
    /“https:\/\/a\.example”.*ALLOWED_ORIGINS/,
  );
  for (const headers of [{ host: long }, { host: at, origin: `https://${long}` }]) {
    expect(() => policy.check(requestWith(headers))).toThrow(/^.{1,250}$/);
  }
});

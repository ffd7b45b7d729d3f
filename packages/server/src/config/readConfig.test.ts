import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { localServerUrl, readConfig } from './readConfig.ts';
import { problems } from './testProblems.ts';

const secret = 's'.repeat(32);

describe('readConfig', () => {
  test('guests need no proof of work, unless the operator sets one', () => {
    expect(readConfig({}).guestChallengeBits).toBe(0);
    expect(readConfig({ GUEST_CHALLENGE: '18' }).guestChallengeBits).toBe(18);
  });

  test('the defaults: embedded store, open mode, loopback only', () => {
    expect(readConfig({})).toMatchObject({
      workers: 1,
      worker: null,
      port: 3001,
      host: '127.0.0.1',
      store: { kind: 'sqlite', dataDir: './data' },
      broker: { kind: 'local' },
      auth: { mode: 'open', allowGuests: true },
      allowedOrigins: 'own',
      allowedHosts: [],
      messageMaxChars: 2_000,
      screening: {
        blockedWordsFile: null,
        blockedWordsMode: 'refuse',
        messageHook: null,
        messageHookTimeoutMs: 500,
        messageHookFailure: 'refuse',
        repeatedMessageRooms: 3,
      },
      legacy: { dates: 'iso', echo: true },
      frameBytes: 330_240,
      webSocketCompression: false,
    });
  });

  test('proxies are a number or addresses', () => {
    expect(readConfig({}).trustProxy).toBe(0);
    expect(readConfig({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
    expect(readConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy).toMatchObject([{ bits: 8 }, { bits: 128 }]);
    expect(readConfig({ TRUST_PROXY: 'loopback,uniquelocal' }).trustProxy).toHaveLength(6);
    for (const wrong of [
      'true',
      '33',
      '-1',
      '10.0.0.0/33',
      '::/129',
      '10.0.0.0/8/8',
      '10.0/8',
      'proxy.example',
      'fe80::1%eth-0',
      'loopback,',
    ]) {
      expect(problems({ TRUST_PROXY: wrong })).toEqual([expect.stringMatching(/^TRUST_PROXY: must be the number/)]);
    }
  });

  test('reserved names are separated by commas', () => {
    expect(readConfig({}).reservedNames).toEqual([]);
    expect(readConfig({ RESERVED_NAMES: 'Café Luna ,  Bob' }).reservedNames).toEqual(['Café Luna', 'Bob']);
  });

  test('an empty variable counts as unset', () => {
    expect(readConfig({ PORT: '', MONGODB_URI: '' })).toEqual(readConfig({}));
  });

  test('a secret turns on jwt mode and listens on all addresses', () => {
    expect(readConfig({ JWT_SECRET: secret })).toMatchObject({
      host: '0.0.0.0',
      auth: { mode: 'jwt', allowGuests: false, key: { secrets: [secret] } },
    });
  });

  test('the URL of a service turns on service mode; a secret signs its guest tokens', () => {
    const url = 'https://id.example/verify';
    const env = { AUTH_SERVICE_URL: url };
    const auth = { mode: 'service', allowGuests: false, url, guestSecrets: null };
    expect(readConfig(env)).toMatchObject({ host: '0.0.0.0', allowedOrigins: 'any', auth });
    expect(readConfig({ ...env, AUTH_MODE: 'service' }).auth).toEqual(auth);
    expect(readConfig({ ...env, ALLOW_GUESTS: 'true', JWT_SECRET: secret }).auth).toEqual({
      ...auth,
      allowGuests: true,
      guestSecrets: [secret],
    });
  });

  test('tokens signed with the previous secret are valid too', () => {
    const previous = 'p'.repeat(32);
    expect(readConfig({ JWT_SECRET: secret, JWT_SECRET_PREVIOUS: previous }).auth).toMatchObject({
      key: { secrets: [secret, previous] },
    });
  });

  test('REDIS_URI is an alias of REDIS_URL', () => {
    const env = { MONGODB_URI: 'mongodb://127.0.0.1', REDIS_URI: 'redis://127.0.0.1:6379' };
    expect(readConfig(env).broker).toEqual({ kind: 'redis', url: 'redis://127.0.0.1:6379', namespace: '' });
  });

  test('deployments on one Redis are separated by prefix, by default the database name', () => {
    const env = { MONGODB_URI: 'mongodb://127.0.0.1', REDIS_URL: 'redis://127.0.0.1/1' };
    expect(readConfig({ ...env, MONGODB_DB: 'earshot' }).broker).toMatchObject({ namespace: '' });
    expect(readConfig({ ...env, MONGODB_DB: 'staging' }).broker).toMatchObject({ namespace: 'staging:' });
    expect(readConfig({ ...env, MONGODB_DB: 'staging', REDIS_PREFIX: 'blue' }).broker).toMatchObject({
      namespace: 'blue:',
    });
    expect(problems({ REDIS_PREFIX: 'a{b}' })).toEqual([expect.stringMatching(/^REDIS_PREFIX: must have/)]);
  });

  test('a cluster has one or more nodes', () => {
    const env = { MONGODB_URI: 'mongodb://127.0.0.1', REDIS_CLUSTER: 'true' };
    expect(readConfig({ ...env, REDIS_URL: 'redis://a:7000, redis://b:7000' }).broker).toEqual({
      kind: 'redis-cluster',
      namespace: '',
      urls: ['redis://a:7000', 'redis://b:7000'],
    });
    expect(readConfig({ ...env, REDIS_URI: 'rediss://u:p@a' }).broker).toEqual({
      kind: 'redis-cluster',
      namespace: '',
      urls: ['rediss://u:p@a'],
    });
  });

  test('WebSocket compression is off by default', () => {
    expect(readConfig({ WS_COMPRESSION: 'true' }).webSocketCompression).toBe(true);
    expect(readConfig({ WS_COMPRESSION: 'false' })).toEqual(readConfig({}));
  });

  test('workers need MongoDB and Redis; `auto` means one for each core', () => {
    const shared = { MONGODB_URI: 'mongodb://127.0.0.1', REDIS_URL: 'redis://127.0.0.1:6379' };
    expect(readConfig({ ...shared, WORKERS: '3' }).workers).toBe(3);
    expect(readConfig({ ...shared, WORKERS: 'auto' }).workers).toBe(availableParallelism());
    expect(readConfig({ WORKERS: '1' })).toEqual(readConfig({}));
    expect(readConfig({ ...shared, EARSHOT_WORKER: '2' }).worker).toBe(2);
  });

  test('the monitor and a separate metrics port are off by default', () => {
    expect(readConfig({})).toMatchObject({ monitorPage: false, metricsAddress: null });
    expect(readConfig({ NODE_ENV: 'development' }).monitorPage).toBe(false);
    expect(readConfig({ MONITOR: 'true' }).monitorPage).toBe(true);
    expect(readConfig({ METRICS_PORT: '9464' }).metricsAddress).toEqual({ host: '127.0.0.1', port: 9_464 });
    const everywhere = { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' };
    expect(readConfig(everywhere).metricsAddress).toEqual({ host: '0.0.0.0', port: 9_464 });
    expect(problems({ METRICS_PORT: '3001' })).toEqual([expect.stringMatching(/^METRICS_PORT and PORT are the same/)]);
    expect(problems({ PORT: '0', METRICS_PORT: '0' })).toEqual([]);
  });

  test('a higher message limit raises the frame limit', () => {
    expect(readConfig({ MESSAGE_MAX_CHARS: '20000' }).frameBytes).toBe(1_048_576);
  });

  test('unused rooms are removed after 90 days; 0 keeps them', () => {
    const day = 24 * 60 * 60_000;
    expect(readConfig({}).roomTtlMs).toBe(90 * day);
    expect(readConfig({ ROOM_TTL_DAYS: '1' }).roomTtlMs).toBe(day);
    expect(readConfig({ ROOM_TTL_DAYS: '0' }).roomTtlMs).toBeNull();
    for (const wrong of ['-1', '1.5', '40000', 'never']) {
      expect(problems({ ROOM_TTL_DAYS: wrong }), wrong).toEqual([expect.stringContaining('ROOM_TTL_DAYS')]);
    }
  });

  test('the page is on by default, without a street map', () => {
    expect(readConfig({}).page).toEqual({ tileUrl: null, tileAttribution: null });
    expect(readConfig({ WEB_PAGE: 'false' }).page).toBeNull();
    const tileUrl = 'https://tiles.example/{z}/{x}/{y}.png';
    expect(readConfig({ MAP_TILE_URL: tileUrl, MAP_ATTRIBUTION: '© Somebody' }).page).toEqual({
      tileUrl,
      tileAttribution: '© Somebody',
    });
  });

  test.each([
    'https://tiles.example/{z}/{x}.png',
    'https://{s}.tiles.example/{z}/{x}/{y}.png',
    'ftp://tiles.example/{z}/{x}/{y}',
    '/{z}/{x}/{y}.png',
  ])('%s is not a tile URL', (url) => {
    expect(problems({ MAP_TILE_URL: url })).toEqual([expect.stringMatching(/^MAP_TILE_URL: must /)]);
  });

  test('origins are split and trimmed', () => {
    const { allowedOrigins } = readConfig({ ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173' });
    expect(allowedOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });

  test('apps in web views have origins of their own', () => {
    const apps =
      'capacitor://localhost,tauri://localhost,ionic://localhost,app://obsidian.md,app://.,https://tauri.localhost';
    expect(readConfig({ ALLOWED_ORIGINS: apps }).allowedOrigins).toEqual(apps.split(','));
  });

  test('in jwt mode, any page and any host is allowed, unless some are listed', () => {
    const checked = { JWT_SECRET: secret };
    expect(readConfig(checked)).toMatchObject({ allowedOrigins: 'any', allowedHosts: 'any' });
    expect(readConfig({ ...checked, ALLOWED_ORIGINS: 'https://a.example' })).toMatchObject({
      allowedOrigins: ['https://a.example'],
      allowedHosts: 'any',
    });
    expect(readConfig({ ...checked, ALLOWED_HOSTS: 'Chat.Example' }).allowedHosts).toEqual(['chat.example']);
  });

  test('the host names of an open server: where it listens, listed names, and hosts of listed origins', () => {
    const named = {
      HOST: 'here.example',
      ALLOWED_HOSTS: 'a.example, ::1',
      ALLOWED_ORIGINS: 'https://b.example:8443,file://',
    };
    expect(readConfig(named).allowedHosts).toEqual(['here.example', 'a.example', '::1', 'b.example']);
    expect(readConfig({ ALLOWED_HOSTS: '*' })).toMatchObject({ allowedOrigins: 'own', allowedHosts: 'any' });
    expect(readConfig({ ALLOWED_ORIGINS: '*' })).toMatchObject({ allowedOrigins: 'any', allowedHosts: 'any' });
    expect(readConfig({ ALLOWED_ORIGINS: '*', ALLOWED_HOSTS: 'a.example' }).allowedHosts).toEqual(['a.example']);
  });
});

describe('localServerUrl', () => {
  test.each([
    [{}, 'http://127.0.0.1:3001'],
    [{ PORT: '5101' }, 'http://127.0.0.1:5101'],
    [{ PORT: '', HOST: '' }, 'http://127.0.0.1:3001'],
    [{ HOST: '0.0.0.0', PORT: '80' }, 'http://127.0.0.1:80'],
    [{ HOST: '::' }, 'http://127.0.0.1:3001'],
    [{ HOST: '192.168.1.5' }, 'http://192.168.1.5:3001'],
    [{ HOST: 'fd00::5' }, 'http://[fd00::5]:3001'],
  ])('%j gives %s', (env, url) => {
    expect(localServerUrl(env)).toBe(url);
  });

  test.each(['0', '70000', 'http'])('PORT=%s is rejected', (PORT) => {
    expect(() => localServerUrl({ PORT })).toThrow(/PORT: /);
  });
});

import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freshenPage } from '../../scripts/page.ts';
import { rawGet } from '../resources/rawGet.ts';
import { startEmbedded } from '../resources/server.ts';

const html = '<!doctype html><script type="module" src="/assets/index-abc.js"></script>';
const script = `export const words = ${JSON.stringify('earshot '.repeat(200))};`;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'earshot-page-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), html);
  await writeFile(path.join(folder, 'assets/index-abc.js'), script);
  await writeFile(path.join(folder, 'assets/index-abc.js.gz'), gzipSync(script));
  await writeFile(path.join(folder, 'secret.txt'), 'not for the public');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The directives of a Content-Security-Policy by their names. */
function policyOf(response: Response): Map<string, string> {
  const text = response.headers.get('content-security-policy') ?? '';
  return new Map(
    text.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

describe('serves', () => {
  test('the page, revalidated on every request', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const page = await fetch(earshot.a.url);
    expect([page.status, await page.text()]).toEqual([200, html]);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const etag = page.headers.get('etag') ?? '';
    expect((await rawGet(earshot.a.url, { 'if-none-match': etag })).status).toBe(304);
  });

  test.each(['/', '/sw.js'])('%s: two builds of the same size and time are distinguished', async (target) => {
    const own = await mkdtemp(path.join(tmpdir(), 'earshot-page-'));
    await using _own = { [Symbol.asyncDispose]: () => rm(own, { recursive: true, force: true }) };
    const file = path.join(own, target === '/' ? 'index.html' : target);
    const write = async (text: string) => {
      await writeFile(file, text);
      await writeFile(`${file}.gz`, gzipSync(text));
      for (const one of [file, `${file}.gz`]) await utimes(one, 1, 1);
    };
    await write('build 1');
    await using earshot = await startEmbedded({ pageFolder: own });
    const ask = (headers: Record<string, string>) => rawGet(earshot.a.url, headers, target);
    const first = await ask({});
    const { etag = '' } = first.headers;
    expect([first.headers['last-modified'], etag]).toEqual([undefined, expect.stringMatching(/^W\/".{43}"$/)]);
    expect((await ask({ 'if-none-match': `"other", ${etag}` })).status).toBe(304);
    expect((await ask({ 'if-none-match': etag, 'accept-encoding': 'gzip' })).status).toBe(304);

    await write('build 2');
    const since = { 'if-none-match': etag, 'if-modified-since': new Date(1_000).toUTCString() };
    const second = await ask(since);
    expect([second.status, second.body.toString()]).toEqual([200, 'build 2']);
    expect(second.headers.etag).not.toBe(etag);
    const compressed = await ask({ ...since, 'accept-encoding': 'gzip' });
    expect([compressed.status, gunzipSync(compressed.body).toString()]).toEqual([200, 'build 2']);
  });

  test('files named by their content as immutable, and compressed', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const asset = await rawGet(`${earshot.a.url}/assets/index-abc.js`, { 'accept-encoding': 'gzip' });
    expect(asset.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': expect.stringMatching(/javascript/),
      vary: 'accept-encoding',
    });
    expect(gunzipSync(asset.body).toString()).toBe(script);
    const plain = await rawGet(`${earshot.a.url}/assets/index-abc.js`);
    expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, script]);
  });

  test.each([
    '/assets/nothing.js',
    '/assets/',
    '/secret.txt',
    '/index.html',
    '/assets/../secret.txt',
    '/assets/%2e%2e/secret.txt',
    '/assets/..%2fsecret.txt',
    '/assets/..%5csecret.txt',
    '/assets//../../secret.txt',
    '/assets/%00',
    '/rooms',
    '/api/nothing',
  ])('%s: an error as JSON that is not cached', async (target) => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const answer = await rawGet(earshot.a.url, {}, target);
    expect([400, 404]).toContain(answer.status);
    expect(JSON.parse(answer.body.toString())).toEqual({ error: expect.any(String), code: expect.any(String) });
    expect(answer.headers['cache-control'] ?? '').not.toContain('max-age');
  });

  test('a sentence if the page was not built, and everything else works', async () => {
    await using earshot = await startEmbedded({ pageFolder: path.join(folder, 'nowhere') });
    const page = await fetch(earshot.a.url);
    expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('pnpm start')]);
    expect((await fetch(`${earshot.a.url}/health`)).status).toBe(200);
    expect((await fetch(`${earshot.a.url}/page.json`)).status).toBe(200);
  });

  test('no page if WEB_PAGE is off', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder, env: { WEB_PAGE: 'false' } });
    for (const target of ['/', '/page.json', '/assets/index-abc.js']) {
      const answer = await fetch(earshot.a.url + target);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'NO_SUCH_PROCEDURE' }]);
    }
  });
});

describe('the policy allows', () => {
  test('the page’s own files and its own server', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const { host } = new URL(earshot.a.url);
    for (const target of ['/', '/assets/index-abc.js']) {
      const answer = await fetch(earshot.a.url + target);
      const policy = policyOf(answer);
      expect(Object.fromEntries(policy)).toEqual({
        'default-src': "'self'",
        'script-src': "'self'",
        'style-src': "'self'",
        'img-src': "'self' data:",
        'connect-src': `'self' ws://${host} wss://${host}`,
        'worker-src': "'self'",
        'object-src': "'none'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
        'require-trusted-types-for': "'script'",
        'trusted-types': 'earshot',
      });
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'permissions-policy': expect.stringContaining('geolocation=(self)'),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('tiles of the configured street map, with the page’s origin as the referrer', async () => {
    const env = { MAP_TILE_URL: 'https://tiles.example:8443/osm/{z}/{x}/{y}.png', MAP_ATTRIBUTION: '© People' };
    await using earshot = await startEmbedded({ pageFolder: folder, env });
    const page = await fetch(earshot.a.url);
    const policy = policyOf(page);
    expect(policy.get('img-src')).toBe("'self' data: https://tiles.example:8443");
    expect(policy.get('connect-src')).toMatch(/ https:\/\/tiles\.example:8443$/);
    expect(policy.get('script-src')).toBe("'self'");
    expect(page.headers.get('referrer-policy')).toBe('strict-origin');
  });

  test('an invalid host is not inserted into the policy', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const answer = await rawGet(earshot.a.url, { host: "evil.example;script-src 'unsafe-inline'" });
    expect(String(answer.headers['content-security-policy'])).not.toContain('evil');
    expect(String(answer.headers['content-security-policy'])).toContain("connect-src 'self' 'self';");
  });

  test('other responses keep their own policies', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder, env: { MONITOR: 'true' } });
    for (const target of ['/health', '/monitor']) {
      const answer = await fetch(earshot.a.url + target);
      expect(answer.headers.get('permissions-policy')).toBeNull();
      expect(policyOf(answer).get('connect-src') ?? '').not.toContain('ws:');
    }
  });
});

describe('/page.json', () => {
  const secret = 's'.repeat(32);
  const none = { tileUrl: null, tileAttribution: null, messageMaxChars: 2_000 };
  const tileUrl = 'https://tiles.example/{z}/{x}/{y}.png';
  test.each([
    [{}, { ...none, auth: 'open', guests: true }],
    [{ ALLOW_GUESTS: 'false' }, { ...none, auth: 'open', guests: false }],
    [
      { JWT_SECRET: secret, HOST: '127.0.0.1' },
      { ...none, auth: 'jwt', guests: false },
    ],
    [
      { JWT_SECRET: secret, HOST: '127.0.0.1', ALLOW_GUESTS: 'true' },
      { ...none, auth: 'jwt', guests: true },
    ],
    [
      { MAP_TILE_URL: tileUrl, MAP_ATTRIBUTION: '© People', MESSAGE_MAX_CHARS: '500' },
      { auth: 'open', guests: true, tileUrl, tileAttribution: '© People', messageMaxChars: 500 },
    ],
  ])('%j', async (env, expected) => {
    await using earshot = await startEmbedded({ pageFolder: folder, env });
    const answer = await fetch(`${earshot.a.url}/page.json`);
    expect(await answer.json()).toEqual(expected);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

test('/page.json explains to a page that it is not allowed to connect, which its WebSocket can’t', async () => {
  await using earshot = await startEmbedded({ pageFolder: folder, env: { ALLOWED_ORIGINS: 'https://chat.example' } });
  const ask = async (origin: string) => {
    const answer = await fetch(`${earshot.a.url}/page.json?${new URLSearchParams({ origin })}`);
    return { status: answer.status, body: await answer.json() };
  };
  expect(await ask('https://chat.example')).toMatchObject({ status: 200, body: { auth: 'open' } });
  expect(await ask('https://other.example')).toMatchObject({ status: 403, body: { code: 'ORIGIN_REFUSED' } });
});

test('legacy clients still have their sockets and REST, and an upgrade at the page’s path is rejected', async () => {
  await using earshot = await startEmbedded({ pageFolder: folder });
  const base = earshot.a.url.replace('http', 'ws');
  const socket = new WebSocket(`${base}/ws/somewhere`);
  await once(socket, 'open');
  socket.close();
  await once(socket, 'close');
  const refused = new WebSocket(base);
  const [{ message }] = await once(refused, 'error');
  expect(message).toContain('404');
  expect(await (await fetch(`${earshot.a.url}/messages/somewhere`)).json()).toEqual([]);
  expect(await (await fetch(`${earshot.a.url}/api/messages/somewhere`)).json()).toEqual([]);
});

describe('the built page', () => {
  interface Chunk {
    file: string;
    imports?: string[];
    css?: string[];
  }

  const built = path.resolve(import.meta.dirname, '../../packages/server/page');
  beforeAll(() => freshenPage(), 120_000);

  const sizeOf = async (file: string) => gzipSync(await readFile(path.join(built, file))).length;

  /** German loads one chunk more than English. */
  const german = 'src/text/de.ts';

  async function readManifest(): Promise<Record<string, Chunk>> {
    return JSON.parse(await readFile(path.join(built, '.vite/manifest.json'), 'utf8'));
  }

  /** The files of these chunks and of their dependencies. */
  function filesOf(manifest: Record<string, Chunk>, names: string[]): string[] {
    const found = new Set<Chunk>();
    for (const name of names) needed(manifest, name, found);
    return [...found].map(({ file }) => file);
  }

  const sizeOfAll = async (files: string[]) =>
    (await Promise.all(files.map(sizeOf))).reduce((sum, size) => sum + size, 0);

  /** A chunk and everything that the browser must load before it can run. */
  function needed(manifest: Record<string, Chunk>, name: string, found = new Set<Chunk>()): Set<Chunk> {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`no ${name} in the manifest`);
    if (found.has(chunk)) return found;
    found.add(chunk);
    for (const inner of chunk.imports ?? []) needed(manifest, inner, found);
    return found;
  }

  test('loads less than 120 KB of JavaScript at first, and not the street map', async () => {
    const manifest = await readManifest();
    const first = filesOf(manifest, ['index.html', german]);
    const total = await sizeOfAll(first);
    expect(total).toBeGreaterThan(40_000);
    expect(total).toBeLessThan(120_000);
    expect(Object.keys(manifest)).toContain('src/location/StreetMap.tsx');
    expect(first.join()).not.toContain('StreetMap');
  });

  test('needs less than 160 KB of JavaScript for an open room, without a map', async () => {
    const manifest = await readManifest();
    const files = filesOf(manifest, ['index.html', 'src/app/Chat.tsx', 'src/room/RoomScreen.tsx']);
    expect(await sizeOfAll(files)).toBeLessThan(160_000);
    expect(files.join()).not.toMatch(/PlainMap|MapPad|\/StreetMap/);
  });

  test('has no inline script or style, and nothing from another origin', async () => {
    const text = await readFile(path.join(built, 'index.html'), 'utf8');
    for (const [, attributes = '', inner] of text.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)) {
      expect([attributes.includes(' src="/assets/'), inner]).toEqual([true, '']);
    }
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|https?:/);
  });

  test('has a service worker that caches only existing files and is revalidated on every request', async () => {
    await using earshot = await startEmbedded();
    const worker = await fetch(`${earshot.a.url}/sw.js`);
    expect(worker.headers.get('cache-control')).toBe('no-cache');
    expect(worker.headers.get('content-type')).toContain('javascript');
    const [, list = '[]'] = /^const files = (\[.*?\]);/.exec(await worker.text()) ?? [];
    const files: string[] = JSON.parse(list);
    expect(files.length).toBeGreaterThan(3);
    expect(files.join()).not.toMatch(/StreetMap|maplibre|\.gz|\.br/);
    for (const file of files) expect((await rawGet(earshot.a.url + file)).status).toBe(200);
  });

  test('contains the notices of its dependencies, and serves them', async () => {
    await using earshot = await startEmbedded();
    const licenses = await (await fetch(`${earshot.a.url}/licenses.txt`)).text();
    for (const name of ['react-dom', '@tanstack/query-core', 'virtua', 'linkify-it', 'maplibre-gl', 'world-atlas']) {
      expect(licenses).toMatch(new RegExp(`^## ${name} - .*\\n\\n[^#]*(Copyright|\\(c\\))`, 'mi'));
    }
  });

  test('has compressed copies equal to the files', async () => {
    const html = await readFile(path.join(built, 'index.html'), 'utf8');
    for (const [, file = ''] of html.matchAll(/"\/(assets\/[^"]+)"/g)) {
      const [plain, packed] = await Promise.all(['', '.gz'].map((ending) => readFile(path.join(built, file + ending))));
      expect(packed && gunzipSync(packed).equals(plain ?? Buffer.of())).toBe(true);
    }
  });
});

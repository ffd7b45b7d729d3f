import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createPageFolder, pageHtml, pageScript } from '../resources/pageFolder.ts';
import { rawGet } from '../resources/rawGet.ts';
import { startEmbedded } from '../resources/server.ts';

let folder = '';
beforeAll(async () => {
  folder = await createPageFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('serves', () => {
  test('the page, revalidated on every request', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const page = await fetch(earshot.a.url);
    expect([page.status, await page.text()]).toEqual([200, pageHtml]);
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
    expect(gunzipSync(asset.body).toString()).toBe(pageScript);
    const plain = await rawGet(`${earshot.a.url}/assets/index-abc.js`);
    expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, pageScript]);
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

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformer } from '@earshot/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLegacy } from '../resources/legacyClient.ts';
import { createPageFolder } from '../resources/pageFolder.ts';
import { somewhere } from '../resources/places.ts';
import { rawHttp } from '../resources/rawHttp.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { type Deployment, startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

let earshot: Deployment;
let pageFolder: string;
let roomId: string;
beforeAll(async () => {
  pageFolder = await createPageFolder();
  for (const name of ['sw.js', 'favicon.svg']) await writeFile(join(pageFolder, name), '');
  earshot = await startEmbedded({ pageFolder });
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  roomId = (await ada.api.rooms.join.mutate({ location: somewhere() })).room.id;
});
afterAll(async () => {
  await earshot[Symbol.asyncDispose]();
  await rm(pageFolder, { recursive: true, force: true });
});

const ada = encodeURIComponent(JSON.stringify({ username: 'Ada' }));
const input = (value: unknown) => encodeURIComponent(JSON.stringify(transformer.input.serialize(value)));
const upgrade = [
  ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const post = (path: string, body: unknown) => {
  const text = JSON.stringify(body);
  return { line: `POST ${path}`, fields: ['Content-Type: application/json', `Content-Length: ${text.length}`], text };
};

interface BrowserRequest {
  line: string;
  fields?: string[];
  text?: string;
}

/** Every transport, requested as a browser does. */
const transports: [name: string, request: () => BrowserRequest][] = [
  ['WebSocket', () => ({ line: 'GET /trpc', fields: upgrade })],
  ['WebSocket of legacy clients', () => ({ line: 'GET /ws/lobby', fields: upgrade })],
  ['a query', () => ({ line: `GET /trpc/rooms.get?input=${input({ roomId })}` })],
  ['a batch', () => ({ line: `GET /trpc/rooms.get,rooms.get?batch=1&input=${input({ 0: {}, 1: {} })}` })],
  ['a mutation', () => post('/trpc/auth.guest', transformer.input.serialize({ username: 'Ada' }))],
  [
    'an event stream',
    () => ({
      line: `GET /trpc/rooms.watch?connectionParams=${ada}&input=${input({ roomId })}`,
      fields: ['Accept: text/event-stream'],
    }),
  ],
  ['REST', () => ({ line: 'GET /api/messages/lobby' })],
  ['REST without /api', () => post('/messages', { location_id: 'lobby', content: 'hi', username: 'Ada' })],
  ['a preflight', () => ({ line: 'OPTIONS /trpc/messages.send', fields: ['Access-Control-Request-Method: POST'] })],
  ['metrics', () => ({ line: 'GET /metrics' })],
  ['an unknown path', () => ({ line: 'GET /nowhere' })],
];

function ask({ line, fields = [], text = '' }: BrowserRequest, as: { host?: string; origin?: string }) {
  const origin = as.origin === undefined ? [] : [`Origin: ${as.origin}`];
  const head = [`${line} HTTP/1.1`, `Host: ${as.host ?? new URL(earshot.a.url).host}`, ...origin, ...fields];
  return rawHttp(earshot.a.url, [...head, '', text].join('\r\n'));
}

describe.each(transports)('%s', (_name, request) => {
  test('is rejected for a page of another origin, which can’t read the answer', async () => {
    const answer = await ask(request(), { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual({
      error: expect.stringMatching(/https:\/\/evil\.example.*ALLOWED_ORIGINS/),
      code: 'ORIGIN_REFUSED',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('is rejected under a host name that is not the server’s', async () => {
    for (const origin of [{}, { origin: 'http://evil.example:3001' }]) {
      const answer = await ask(request(), { host: 'evil.example:3001', ...origin });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body)).toEqual({
        error: expect.stringMatching(/evil\.example.*ALLOWED_HOSTS/),
        code: 'HOST_REFUSED',
      });
    }
  });

  test('also if the request target contains it', async () => {
    const { line, ...rest } = request();
    const elsewhere = { ...rest, line: line.replace(' /', ' http://evil.example/') };
    expect(await ask(elsewhere, {})).toMatchObject({ status: 403, body: expect.stringContaining('HOST_REFUSED') });
  });
});

describe('may use the server', () => {
  test.each(['http://localhost:5173', 'http://127.0.0.1:8080'])('pages of %s on this machine', async (origin) => {
    const { url } = earshot.a;
    using modern = await openRaw(url, { headers: { origin } });
    using legacy = await openLegacy(url, 'lobby', { headers: { origin } });
    for (const { ws } of [modern, legacy]) expect(ws.readyState).toBe(ws.OPEN);
    const read = await fetch(`${url}/trpc/rooms.get?input=${input({ roomId })}`, { headers: { origin } });
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const preflight = await fetch(`${url}/trpc/messages.send`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(preflight.headers.get('vary')).toContain('Origin');
  });

  test('a listed app in a web view', async () => {
    await using listed = await startEmbedded({
      env: { ALLOWED_ORIGINS: 'capacitor://localhost,https://chat.example' },
    });
    const { url } = listed.a;
    const origin = 'capacitor://localhost';
    using socket = await openRaw(url, { headers: { origin } });
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
    const read = await fetch(`${url}/api/messages/lobby`, { headers: { origin } });
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    await expect(openRaw(url, { headers: { origin: 'ionic://localhost' } })).rejects.toThrow('403');
  });

  test('all pages, if tokens are checked', async () => {
    await using checked = await startEmbedded({ env: { JWT_SECRET: 'a secret of at least thirty-two bytes' } });
    const { url } = checked.a;
    const headers = { origin: 'https://any.example' };
    using socket = await openRaw(url, { headers });
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
    const read = await fetch(`${url}/trpc/rooms.nearby?input=${input({ location: somewhere() })}`, { headers });
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    const named = await rawHttp(url, ['GET /metrics HTTP/1.1', 'Host: any.example']);
    expect(named.status).toBe(200);
  });

  test('health checks of balancers under any host name', async () => {
    for (const path of ['/health', '/api/health', '/ready']) {
      const answer = await ask({ line: `GET ${path}` }, { host: 'pod-7.example', origin: 'https://evil.example' });
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

describe('the page', () => {
  test('is served under any host name, and learns that it is not allowed to use the server', async () => {
    for (const file of ['/', '/sw.js', '/favicon.svg']) {
      expect((await ask({ line: `GET ${file}` }, { host: 'chat.example' })).status).toBe(200);
    }
    const settings = await ask({ line: 'GET /page.json?origin=http://chat.example' }, { host: 'chat.example' });
    expect(settings).toMatchObject({ status: 403, body: expect.stringContaining('HOST_REFUSED') });
    const origin = encodeURIComponent(earshot.a.url);
    expect((await ask({ line: `GET /page.json?origin=${origin}` }, {})).status).toBe(200);
  });
});

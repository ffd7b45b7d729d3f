import { once } from 'node:events';
import { connect } from 'node:net';
import { asEarshotError, createEarshotClient } from '@earshot/client';
import { transformer } from '@earshot/shared';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { rawHttp } from '../resources/rawHttp.ts';
import { type Deployment, startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

let earshot: Deployment;
beforeAll(async () => {
  earshot = await startEmbedded();
});
afterAll(() => earshot[Symbol.asyncDispose]());

const h2c = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'];
const host = 'Host: 127.0.0.1';

describe('an Upgrade to another protocol is ignored', () => {
  test.each(['h2c', 'TLS/1.0', 'foo/2, bar'])('%s', async (protocol) => {
    const fields = [host, 'Connection: Upgrade', `Upgrade: ${protocol}`];
    expect(await rawHttp(earshot.a.url, ['GET /health HTTP/1.1', ...fields])).toMatchObject({
      status: 200,
      body: 'OK',
    });
    const rooms = await rawHttp(earshot.a.url, ['GET /trpc/rooms.get HTTP/1.1', ...fields]);
    expect(rooms).toMatchObject({ status: 400, body: expect.stringContaining('INVALID_INPUT') });
    const nowhere = await rawHttp(earshot.a.url, ['GET /nowhere HTTP/1.1', ...fields]);
    expect(nowhere).toMatchObject({ status: 404, body: expect.stringContaining('NO_SUCH_PROCEDURE') });
  });

  test('even with a body', async () => {
    const body = JSON.stringify({ user_id: 'ada', username: 'Ada' });
    const fields = [host, ...h2c, 'Content-Type: application/json', `Content-Length: ${body.length}`];
    const request = ['POST /api/rooms/lobby/join HTTP/1.1', ...fields, '', body].join('\r\n');
    expect(await rawHttp(earshot.a.url, request)).toMatchObject({
      status: 200,
      body: expect.stringContaining('"success":true'),
    });
  });
});

describe('a request target in absolute form', () => {
  test('names the same resource', async () => {
    const { url } = earshot.a;
    expect(await rawHttp(url, [`GET ${url}/health HTTP/1.1`, host])).toMatchObject({ status: 200, body: 'OK' });
    const metrics = await rawHttp(url, ['GET HTTP://127.0.0.1:3001/ready?x=1 HTTP/1.1', host]);
    expect(metrics).toMatchObject({ status: 200, body: expect.stringContaining('"ok":true') });
  });

  test('opens a WebSocket', async () => {
    const { url } = earshot.a;
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const line = connect(Number(new URL(url).port), '127.0.0.1');
    line.write([`GET ${url}/trpc HTTP/1.1`, host, ...upgrade, key, '', ''].join('\r\n'));
    const [answer]: unknown[] = await once(line, 'data');
    line.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
  });
});

describe('unreadable requests get an answer that any page may read', () => {
  const readable = (code: string) => ({
    headers: expect.objectContaining({ 'access-control-allow-origin': '*' }),
    body: expect.stringMatching(new RegExp(`^{"error":"[^"]{10,}","code":"${code}"}$`)),
  });

  test('a URL or headers beyond 16 KiB', async () => {
    const { url } = earshot.a;
    const input = encodeURIComponent(JSON.stringify(transformer.input.serialize({ roomId: 'x'.repeat(20_000) })));
    const answer = await rawHttp(url, [`GET /trpc/rooms.get?input=${input} HTTP/1.1`, host]);
    expect(answer).toMatchObject({ status: 431, ...readable('HEADERS_TOO_LARGE') });
    const response = await fetch(`${url}/trpc/rooms.get?input=${input}`);
    expect([response.status, await response.json()]).toMatchObject([431, { code: 'HEADERS_TOO_LARGE' }]);
  });

  test('data that is not HTTP', async () => {
    for (const bytes of ['rubbish\r\n\r\n', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\r\n']) {
      expect(await rawHttp(earshot.a.url, bytes)).toMatchObject({ status: 400, ...readable('INVALID_INPUT') });
    }
  });

  test('a body that ends within a chunk', async () => {
    const fields = [host, 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const request = ['POST /api/messages HTTP/1.1', ...fields, '', 'not a length', ''].join('\r\n');
    expect(await rawHttp(earshot.a.url, request)).toMatchObject({ status: 400, ...readable('INVALID_INPUT') });
  });

  test('a path that can’t be decoded, and a room id that is too long', async () => {
    for (const path of ['/api/rooms/%', `/api/rooms/${'x'.repeat(6_000)}`]) {
      const answer = await rawHttp(earshot.a.url, [`GET ${path} HTTP/1.1`, host]);
      expect(answer).toMatchObject({ status: 400, ...readable('INVALID_INPUT') });
    }
  });

  test('no Host', async () => {
    const answer = await rawHttp(earshot.a.url, ['GET /trpc/rooms.get HTTP/1.1', 'Origin: http://localhost:5173']);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('INVALID_INPUT') });
    expect(await rawHttp(earshot.a.url, ['GET /health HTTP/1.0'])).toMatchObject({ status: 200 });
  });

  test('an invalid handshake', async () => {
    const fields = [host, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    for (const path of ['/trpc', '/ws/lobby']) {
      const answer = await rawHttp(earshot.a.url, [`GET ${path} HTTP/1.1`, ...fields]);
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('"code":"INVALID_INPUT"') });
    }
  });

  test('an unknown expectation is ignored', async () => {
    expect(await rawHttp(earshot.a.url, ['GET /health HTTP/1.1', host, 'Expect: wonders'])).toMatchObject({
      status: 200,
    });
  });

  test('an open event stream is ended, and no error is written into it', async () => {
    const { url } = earshot.a;
    using ada = stockClient(url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const line = connect(Number(new URL(url).port), '127.0.0.1');
    const params = encodeURIComponent(JSON.stringify({ username: 'Ada' }));
    const input = encodeURIComponent(JSON.stringify(transformer.input.serialize({ roomId: room.id })));
    line.write(
      [
        `GET /trpc/rooms.watch?input=${input}&connectionParams=${params} HTTP/1.1`,
        ...[host, 'Accept: text/event-stream', '', ''],
      ].join('\r\n'),
    );
    let text = '';
    line.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('snapshot')) line.write('rubbish\r\n\r\n');
    });
    await once(line, 'close');
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('a body that is too long is rejected before it has arrived, and the rest is discarded', () => {
  const rest = 'x'.repeat(400_000);
  const post = ['POST /trpc/messages.send HTTP/1.1', host, 'Content-Type: application/json'];
  test.each([
    ['its length is known', `Content-Length: ${rest.length}`, '', rest],
    ['it comes in chunks', 'Transfer-Encoding: chunked', `${rest.length.toString(16)}\r\n${rest}\r\n`, '0\r\n\r\n'],
  ])('%s', async (_, field, before, after) => {
    using line = openLine(earshot.a.url);
    line.socket.write([...post, field, '', before].join('\r\n'));
    await line.until('"code":"FRAME_TOO_LARGE"');
    line.socket.write(after);
    line.socket.write(['GET /health HTTP/1.1', host, '', ''].join('\r\n'));
    expect(await line.until('OK')).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s);
  });

  test('the connection closes if the rest does not arrive within seconds', async () => {
    using line = openLine(earshot.a.url);
    line.socket.write([...post, 'Content-Length: 9999999', '', ''].join('\r\n'));
    await line.until('"code":"FRAME_TOO_LARGE"');
    await once(line.socket, 'close');
  });

  test('the client reports the reason', async () => {
    await using earshot = await startEmbedded();
    const client = createEarshotClient({ url: earshot.a.url, username: 'Ada', transport: 'http', EventSource });
    const sent = client.trpc.messages.send.mutate({ roomId: 'lobby', content: rest });
    expect(asEarshotError(await sent.catch((error: unknown) => error))).toMatchObject({ code: 'FRAME_TOO_LARGE' });
    await client.close();
  });
});

function openLine(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  const closed = once(socket, 'close').then(() => Promise.reject(new Error('the connection closed')));
  closed.catch(() => {});
  /** Resolves to the received text once it contains that part. */
  async function until(part: string): Promise<string> {
    while (!text.includes(part)) await Promise.race([once(socket, 'data'), closed]);
    return text;
  }
  return { socket, until, [Symbol.dispose]: () => void socket.destroy() };
}

test('a page of another origin can read the time to wait', async () => {
  await using strict = await startEmbedded({ env: { SEND_RATE: '0.1', SEND_BURST: '1' } });
  const { url } = strict.a;
  const headers = { origin: 'http://localhost:5173', 'content-type': 'application/json' };
  const say = () =>
    fetch(`${url}/api/messages`, {
      ...{ method: 'POST', headers },
      body: JSON.stringify({ location_id: 'lobby', user_id: 'ada', username: 'Ada', content: 'hi' }),
    });
  await say();
  const refused = await say();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('timing-allow-origin')).toBe(headers.origin); // the answer names the protocol
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('access-control-expose-headers')).toBe('retry-after');
  const guests = () =>
    fetch(`${url}/trpc/auth.guest`, {
      ...{ method: 'POST', headers },
      body: JSON.stringify(transformer.input.serialize({ username: 'Zoë' })),
    });
  const answers = await Promise.all(Array.from({ length: 110 }, guests));
  const limited = answers.find(({ status }) => status === 429);
  expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(limited?.headers.get('access-control-expose-headers')).toBe('retry-after');
});

describe('requests that are pipelined on one connection', () => {
  test('are answered in order, and rejected when too many wait', async () => {
    const { hostname, port } = new URL(earshot.a.url);
    const socket = connect(Number(port), hostname);
    const count = 60;
    socket.write(`GET /health HTTP/1.1\r\n${host}\r\n\r\n`.repeat(count));
    let text = '';
    const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    for await (const chunk of socket) {
      text += String(chunk);
      if (statuses().length === count) break;
    }
    expect(statuses().slice(0, 32)).toEqual(Array(32).fill('200'));
    expect(statuses().at(-1)).toBe('429');
    expect(text).toContain('RATE_LIMITED');
  });

  test('end the connection when many more are unanswered, for example behind an endless stream', async () => {
    const { hostname, port } = new URL(earshot.a.url);
    const ada = createEarshotClient({ url: earshot.a.url, username: 'Ada' });
    const { room } = await ada.trpc.rooms.join.mutate({ location: somewhere() });
    const input = encodeURIComponent(JSON.stringify({ json: { roomId: room.id } }));
    const stream = `GET /trpc/rooms.watch?input=${input} HTTP/1.1\r\n${host}\r\nx-earshot-username: Ada\r\n\r\n`;
    const socket = connect(Number(port), hostname);
    socket.write(stream);
    await once(socket, 'data');
    socket.resume().write(`GET /health HTTP/1.1\r\n${host}\r\n\r\n`.repeat(1_000));
    await once(socket, 'close');
    expect(await (await fetch(`${earshot.a.url}/health`)).text()).toBe('OK');
    await ada.close();
  });

  test('can’t be a WebSocket handshake: an answer would get between its frames', async () => {
    const { hostname, port } = new URL(earshot.a.url);
    const socket = connect(Number(port), hostname);
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const upgrade = [host, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', key];
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.write(`GET /health HTTP/1.1\r\n${host}\r\n\r\nGET /trpc HTTP/1.1\r\n${upgrade.join('\r\n')}\r\n\r\n`);
    await once(socket, 'close');
    expect(text).not.toContain('101');
  });
});

test('CONNECT is answered', async () => {
  const answer = await rawHttp(earshot.a.url, ['CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443']);
  expect(answer).toMatchObject({ status: 404, body: expect.stringContaining('NO_SUCH_PROCEDURE') });
});

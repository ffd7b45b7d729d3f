import { newRandomId } from '@earshot/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { somewhere } from '../../resources/places.ts';
import { type Deployment, deployments, startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';

interface Answer {
  status: number;
  text: string;
  json: unknown;
}

async function ask(url: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null,
  };
}

const ada = { user_id: 'ada', username: 'Ada' };

interface ListedMessage {
  content: string;
  timestamp: string;
}
const isPage = (json: unknown): json is ListedMessage[] => Array.isArray(json);

describe.each(deployments)('$name: REST', ({ start }) => {
  let earshot: Deployment;
  beforeAll(async () => {
    earshot = await start();
  });
  afterAll(() => earshot[Symbol.asyncDispose]());

  const page = async (path: string): Promise<ListedMessage[]> => {
    const { json } = await ask(earshot.a.url, path);
    if (!isPage(json)) throw new Error('not a page');
    return json;
  };

  test('paging back by the oldest time returns every message, with any offset and decimals', async () => {
    const at = someLocationId();
    const post = (i: number) =>
      ask(i % 2 ? earshot.a.url : earshot.b.url, '/messages', { ...ada, location_id: at, content: `${i}` });
    await Promise.all(Array.from({ length: 120 }, (_, i) => post(i)));
    expect(await page(`/api/messages/${at}`)).toHaveLength(50);
    expect(await page(`/api/messages/${at}?limit=1000`)).toHaveLength(100);
    const whole: ListedMessage[] = [];
    const forms = [
      (time: string) => time,
      (time: string) => time.replace('Z', '000000+00:00'),
      (time: string) => new Date(new Date(time).getTime() + 19_800_000).toISOString().replace('Z', '+05:30'), // a bare +
      (time: string) => encodeURIComponent(time.toLowerCase()),
    ];
    for (let n = 0; ; n += 1) {
      const oldest = whole[0]?.timestamp;
      const before = oldest === undefined ? '' : `&before=${forms[n % forms.length]?.(oldest)}`;
      const found = await page(`/api/messages/${at}?limit=7${before}`);
      if (found.length === 0) break;
      whole.unshift(...found);
    }
    expect(new Set(whole.map(({ content }) => content)).size).toBe(120);
    expect(whole).toHaveLength(120);
    const times = whole.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted());
    // Between two milliseconds: the earlier one is included.
    const [first] = whole;
    const justAfter = first?.timestamp.replace('Z', '001Z');
    expect(await page(`/api/messages/${at}?before=${justAfter}`)).toEqual([first]);
  });

  test('a post reaches sockets and tRPC, and adds its user as a member', async () => {
    const at = someLocationId();
    using bob = await joinLegacy(earshot.a.url, at, 'Bob');
    const { json, status } = await ask(earshot.b.url, '/api/messages', { ...ada, location_id: at, content: 'hi' });
    expect(status).toBe(200);
    expect(await bob.until('NewMessage')).toMatchObject(json as object);
    using same = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
    expect((await same.api.messages.history.query({ roomId: at })).messages).toMatchObject([{ content: 'hi' }]);
  });

  test('an unused room is empty, even for ten concurrent requests, and is created by the first join', async () => {
    const at = someLocationId();
    const samples = await Promise.all(Array.from({ length: 10 }, () => ask(earshot.b.url, `/api/rooms/${at}`)));
    const [{ created_at } = { created_at: '' }] = samples.map(({ json }) => json as { created_at: string });
    expect(Date.now() - Date.parse(created_at)).toBeLessThan(25 * 60 * 60_000);
    for (const { status, json } of samples) {
      expect(status).toBe(200);
      expect(json).toMatchObject({ location_id: at, active_users: 0, last_message_at: created_at, created_at });
    }
    using eve = stockClient(earshot.a.url, { username: 'Eve' });
    await expect(eve.api.rooms.get.query({ roomId: at })).rejects.toMatchObject({ data: { httpStatus: 404 } });
    const joins = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        ask((i % 2 ? earshot.a : earshot.b).url, `/rooms/${at}/join`, { user_id: `u${i}`, username: `U ${i}` }),
      ),
    );
    for (const { json } of joins) expect(json).toEqual({ success: true, active_users: 0 });
    const [latitude = 0, longitude = 0] = at.split('_').map(Number);
    const near = await eve.api.rooms.nearby.query({ location: { latitude, longitude }, radius: 1_000 });
    expect(near).toMatchObject([{ id: at }]);
    expect(JSON.stringify(near[0]?.place)).not.toContain(String(latitude));
  });

  test.each(['200_500', 'NaN_NaN', 'Caf\u00e9 \u{1f600} / % ?', 'x'.repeat(128), '__proto__', '0'.repeat(24)])(
    '%s is a valid room name',
    async (name) => {
      const location_id = `${name.slice(0, 110)}${someLocationId().slice(0, 17)}`;
      const path = encodeURIComponent(location_id);
      const posted = await ask(earshot.a.url, '/messages', { ...ada, location_id, content: 'x' });
      expect(posted).toMatchObject({ status: 200, json: { room_id: location_id } });
      expect(await page(`/messages/${path}`)).toMatchObject([{ content: 'x' }]);
      expect((await ask(earshot.a.url, `/rooms/${path}`)).json).toMatchObject({ location_id });
    },
  );

  test('a room without messages has its creation time as the time of its last message', async () => {
    const at = someLocationId();
    await ask(earshot.a.url, `/rooms/${at}/join`, { user_id: 'ada', username: 'Ada' });
    const { json } = await ask(earshot.b.url, `/api/rooms/${at}`);
    const { created_at, last_message_at } = json as { created_at: string; last_message_at: string };
    expect(last_message_at).toBe(created_at);
    expect(Math.abs(Date.now() - Date.parse(created_at))).toBeLessThan(60_000);
  });

  test('no room is created under a name in the form of a generated id', async () => {
    const name = newRandomId();
    const refused = { status: 404, json: { code: 'ROOM_NOT_FOUND' } };
    const posted = await ask(earshot.a.url, '/messages', { ...ada, location_id: name, content: 'x' });
    expect(posted).toMatchObject(refused);
    expect(await ask(earshot.a.url, `/rooms/${name}/join`, ada)).toMatchObject(refused);
    using socket = await openLegacy(earshot.b.url, name);
    socket.send({ type: 'Join', ...ada });
    expect(await socket.until('Error')).toMatchObject({ code: 'ROOM_NOT_FOUND' });
    // Names of this form are ids of rooms that the server created. Legacy clients may use them.
    using eve = stockClient(earshot.a.url, { username: 'Eve' });
    const { room } = await eve.api.rooms.join.mutate({ location: somewhere() });
    expect(await ask(earshot.a.url, `/rooms/${room.id}/join`, ada)).toMatchObject({ status: 200 });
  });

  const whole = { ...ada, location_id: 'lobby', content: 'x' };
  test.each<[path: string, body: unknown, names: string]>([
    ['/messages', '{', ''],
    ['/messages', '[]', ''],
    ['/messages', 'null', ''],
    ['/messages', '"x"', ''],
    ['/messages', '{"__proto__":{"x":1}}', ''],
    ['/messages', { ...whole, location_id: undefined }, 'location_id'],
    ['/messages', { ...whole, location_id: 'x'.repeat(129) }, 'location_id'],
    ['/messages', { ...whole, location_id: { $gt: '' } }, 'location_id'],
    ['/messages', { ...whole, user_id: undefined }, 'user_id'],
    ['/messages', { ...whole, user_id: 7 }, 'user_id'],
    ['/messages', { ...whole, user_id: '' }, 'user_id'],
    ['/messages', { ...whole, username: undefined }, 'username'],
    ['/messages', { ...whole, username: 'x'.repeat(41) }, 'username'],
    ['/messages', { ...whole, content: undefined }, 'content'],
    ['/messages', { ...whole, content: ' ' }, 'content'],
    ['/messages', { ...whole, content: 'x'.repeat(2_001) }, 'characters'],
    ['/join', { ...ada }, 'location_id'],
    ['/join', { location_id: 'lobby', username: 'Ada' }, 'user_id'],
    ['/rooms/lobby/join', {}, 'user_id'],
    [`/rooms/${'x'.repeat(129)}/join`, ada, 'location_id'],
    [`/rooms/${'x'.repeat(129)}`, undefined, 'location_id'],
    ['/rooms/a%00b', undefined, 'location_id'],
    ['/rooms/%zz', undefined, ''],
    ['/messages/lobby?limit=0', undefined, 'limit'],
    ['/messages/lobby?limit=-1', undefined, 'limit'],
    ['/messages/lobby?limit=1.5', undefined, 'limit'],
    ['/messages/lobby?limit=1&limit=2', undefined, 'limit'],
    ['/messages/lobby?before=5', undefined, 'before'],
    ['/messages/lobby?before=2026-02-30T00:00:00Z', undefined, 'before'],
    ['/messages/lobby?before=2026-01-01', undefined, 'before'],
  ])('%s with %j is a 400 that names the field', async (path, body, names) => {
    for (const prefix of ['', '/api']) {
      const { status, text, json } = await ask(earshot.a.url, `${prefix}${path}`, body);
      expect(status).toBe(400);
      expect(json).toMatchObject({ error: expect.stringContaining(names), code: expect.any(String) });
      expect(text).not.toMatch(/node_modules|\.ts:\d/);
    }
  });

  test.each([
    ['{', 'application/json'],
    ['', 'application/json'],
    [JSON.stringify(whole), 'text/html'],
    [JSON.stringify(whole), 'application/x-www-form-urlencoded'],
  ])('%j as %s is an error: not JSON', async (body, type) => {
    const response = await fetch(`${earshot.a.url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'The body is not JSON.', code: 'INVALID_INPUT' });
  });

  test('unknown paths are 404, wrong methods 404 or 405', async () => {
    const tries: [string, string][] = [
      ['GET', '/api'],
      ['GET', '/api/nothing'],
      ['GET', '/api/messages'],
      ['DELETE', '/api/messages'],
      ['PUT', '/api/messages/lobby'],
      ['POST', '/api/rooms/lobby'],
      ['GET', '/join'],
      ['POST', '/health'],
    ];
    for (const [method, path] of tries) {
      const response = await fetch(`${earshot.a.url}${path}`, { method });
      expect([404, 405]).toContain(response.status);
      expect(await response.json()).toMatchObject({ error: expect.any(String) });
    }
  });
});

test('posting too fast is rejected with the time to wait', async () => {
  await using earshot = await startEmbedded({ env: { SEND_RATE: '0.1', SEND_BURST: '3' } });
  const post = () =>
    fetch(`${earshot.a.url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...ada, location_id: 'lobby', content: 'x' }),
    });
  const answers = await Promise.all(Array.from({ length: 6 }, post));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  const refused = answers.find(({ status }) => status === 429);
  const seconds = Number(refused?.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(10);
  expect(await refused?.json()).toMatchObject({ code: 'RATE_LIMITED' });
});

import { type ErrorCode, encodeWire, limits } from '@earshot/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileReport } from '../resources/moderation.ts';
import { somewhere } from '../resources/places.ts';
import { callProcedure, procedureKinds } from '../resources/procedures.ts';
import { openRaw, type RawSocket } from '../resources/rawSocket.ts';
import { type Deployment, deployments, startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { validInputs as good } from '../resources/validInputs.ts';

const injection = { $gt: '' };
const long = (n: number) => 'x'.repeat(n);

/** Fields for which null is a value. */
const nullable = /^(rooms\.describe (title|topic)|moderation\..* (lastsMs|reason|intervalMs|days))$/;
const withoutMarks = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replace('?', ''), value]));

/** Every field of every procedure, missing and with values that no field accepts. */
function* invalidInputs(): Generator<
  [path: string, field: string, description: string, input: Record<string, unknown>]
> {
  for (const [path, fields] of Object.entries(good)) {
    const whole = withoutMarks(fields);
    for (const name of Object.keys(fields)) {
      const field = name.replace('?', '');
      if (name === field)
        yield [path, field, 'missing', Object.fromEntries(Object.entries(whole).filter(([key]) => key !== field))];
      for (const value of [null, injection, [], Number.NaN, new Date(0), Symbol.iterator.toString().repeat(50)]) {
        // Null removes a text, or is no end, no reason or no slow mode.
        if (value === null && nullable.test(`${path} ${field}`)) continue;
        if (value instanceof Date && ['since', 'until'].includes(field)) continue;
        if (['content', 'token'].includes(field) && typeof value === 'string') continue; // any text is valid content, or a token's form
        yield [path, field, `${encodeWire(value).slice(0, 60)}`, { ...whole, [field]: value }];
      }
    }
  }
}

interface Reply {
  id: unknown;
  error?: { json: { message: string; data: { errorCode: string; stack?: string } } };
  result?: unknown;
}
const isReply = (frame: unknown, id: number): frame is Reply =>
  typeof frame === 'object' && frame !== null && 'id' in frame && frame.id === id;

describe.each(deployments)('$name: bad input', ({ start }) => {
  let earshot: Deployment;
  let socket: RawSocket;
  let ids: { ROOM: string; MESSAGE: string; TOKEN: string; THEIRS: string; REPORT: string };
  let nextId = 0;

  beforeAll(async () => {
    earshot = await start();
    const ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const message = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
    const token = JSON.stringify({ userId: message.userId, username: 'Ada' });
    const [THEIRS, REPORT] = await fileReport(earshot.a.url, room.id);
    ids = { ROOM: room.id, MESSAGE: message.id, TOKEN: Buffer.from(token).toString('base64url'), THEIRS, REPORT };
    await ada.close();
    socket = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
  });

  afterAll(async () => {
    socket[Symbol.dispose]();
    await earshot[Symbol.asyncDispose]();
  });

  /** Sends one call on the shared socket. Resolves to its answer. */
  async function call(path: string, wireInput: unknown): Promise<Reply> {
    nextId += 1;
    const id = nextId;
    socket.send({ id, method: procedureKinds.get(path) ?? 'query', params: { path, input: wireInput } });
    const reply = await socket.frames.until((frame) => isReply(frame, id) && !isStarted(frame));
    if (!isReply(reply, id)) throw new Error('not a reply');
    return reply;
  }
  const isStarted = (frame: Reply) => JSON.stringify(frame.result) === '{"type":"started"}';
  const error = (reply: Reply) => reply.error?.json;

  const fill = (input: unknown): unknown =>
    JSON.parse(
      Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(`"${name}"`, `"${id}"`), encodeWire(input)),
    );

  test.each([...invalidInputs()])('%s with %s %s', async (path, field, _case, input) => {
    const found = error(await call(path, fill(input)));
    expect(found?.data.errorCode).toBe('INVALID_INPUT');
    expect(found?.message).toContain(field);
  });

  test('every procedure is tried, and accepts its valid input', async () => {
    expect(Object.keys(good).toSorted()).toEqual([...procedureKinds.keys()].toSorted());
    for (const [path, fields] of Object.entries(good)) {
      // They would end sessions that other tests need, or need tokens.
      if (
        [
          'rooms.watch',
          'rooms.leave',
          'messages.delete',
          'messages.remove',
          'auth.signOutEverywhere',
          'moderation.lift',
        ].includes(path)
      )
        continue;
      if (path.startsWith('me.e') || path === 'me.messages') continue; // they need tokens
      const whole = withoutMarks(fields);
      expect(error(await call(path, fill(whole)))).toBeUndefined();
    }
  });

  test('queries of which every field is optional need no input', async () => {
    const isOptional = (path: string) => Object.keys(good[path] ?? {}).every((name) => name.endsWith('?'));
    const paths = Object.keys(good).filter((path) => procedureKinds.get(path) === 'query' && isOptional(path));
    expect(paths).toContain('reports.mine');
    for (const path of paths) {
      const code = error(await call(path, undefined))?.data.errorCode;
      expect({ path, code }).not.toEqual({ path, code: 'INVALID_INPUT' });
    }
  });

  test.each([
    ['__proto__ in the meta', { json: { roomId: 'x' }, meta: { values: { '__proto__.polluted': ['Date'] } } }],
    [
      'constructor.prototype in the meta',
      { json: {}, meta: { values: { 'constructor.prototype.polluted': ['Date'] } } },
    ],
    [
      '__proto__ in referential equalities',
      { json: { a: {} }, meta: { referentialEqualities: { a: ['__proto__.b'] } } },
    ],
    ['an unknown custom type', { json: { roomId: 'x' }, meta: { values: { roomId: [['custom', 'Nothing']] } } }],
    ['a class', { json: { roomId: 'x' }, meta: { values: { roomId: [['class', 'Object']] } } }],
    ['meta that is text', { json: { roomId: 'x' }, meta: 'nonsense' }],
    ['no json at all', { roomId: 'x' }],
    ['a number', 5],
    ['text', 'x'],
    ['null', null],
  ])('superjson with %s is rejected with an error code, and pollutes nothing', async (_case, wireInput) => {
    const found = error(await call('rooms.get', wireInput));
    expect(found?.data.errorCode).toMatch(/INVALID_INPUT|ROOM_NOT_FOUND/);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.hasOwn(Object.prototype, 'b')).toBe(false);
  });

  test.each(['rooms.nothing', 'rooms.__proto__', 'rooms', 'rooms.join.call', ''])(
    'the procedure “%s” does not exist',
    async (path) => {
      expect(error(await call(path, { json: {} }))?.data.errorCode).toBe('NO_SUCH_PROCEDURE');
    },
  );

  test('frames that are not calls are answered, and the socket stays open', async () => {
    using malformed = await openRaw(earshot.a.url, { identity: { username: 'Eve' } });
    const frames = [
      '{',
      'null',
      '[]',
      '{}',
      '"x"',
      '[null]',
      '{"id":1,"method":"nonsense"}',
      '{"id":{},"method":"query"}',
    ];
    for (const frame of frames) malformed.send(frame);
    malformed.ws.send(Buffer.from([1, 2, 3]), { binary: true });
    malformed.send({ id: 99, method: 'query', params: { path: 'rooms.get', input: { json: { roomId: ids.ROOM } } } });
    await malformed.frames.until((frame) => isReply(frame, 99) && frame.result !== undefined);
    const refused = malformed.frames.all.filter((frame) => JSON.stringify(frame).includes('INVALID_INPUT'));
    expect(refused.length).toBeGreaterThanOrEqual(frames.length - 2); // [] contains no call
  });

  test('20,000 subscriptions in frames within the limit: rejected with an error code, and the next caller is served', async () => {
    using excessive = await openRaw(earshot.a.url, { identity: { username: 'Eve' } });
    for (let from = 0; from < 20_000; from += 625) {
      excessive.send(
        Array.from({ length: 625 }, (_, i) => ({
          id: from + i,
          method: 'subscription',
          params: { path: 'rooms.watch' },
        })),
      );
    }
    await excessive.frames.untilAll((all) => all.length >= 20_000, 20_000);
    for (const frame of excessive.frames.all) expect(JSON.stringify(frame)).toContain('TOO_MANY_CALLS');
    expect((await call('rooms.get', { json: { roomId: ids.ROOM } })).result).toBeDefined();
  });

  test.each([
    [
      '20,000 subscriptions in one frame',
      () =>
        JSON.stringify(
          Array.from({ length: 20_000 }, (_, id) => ({ id, method: 'subscription', params: { path: 'rooms.watch' } })),
        ),
    ],
    ['a frame of 1 MiB', () => long(1024 * 1024)],
  ])('%s: closed with 1009, and the next caller is served', async (_case, make) => {
    using excessive = await openRaw(earshot.a.url, { identity: { username: 'Eve' } });
    excessive.send(make());
    expect((await excessive.closed).code).toBe(1009);
    expect(await (await fetch(`${earshot.a.url}/metrics`)).text()).toMatch(/errors_total\{code="FRAME_TOO_LARGE"\} \d/);
    expect((await call('rooms.get', { json: { roomId: ids.ROOM } })).result).toBeDefined();
  });

  test('over HTTP: errors have their status and code', async () => {
    const post = (path: string, body: string, headers = {}) =>
      fetch(`${earshot.a.url}${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-earshot-username': 'Ada', ...headers },
      });
    const cases: [Promise<Response>, number, ErrorCode][] = [
      [post('/trpc/messages.send', '{'), 400, 'INVALID_INPUT'],
      [post('/trpc/messages.send', '{"json":{}}'), 400, 'INVALID_INPUT'],
      [post('/trpc/messages.send', '{}', { 'content-type': 'text/plain' }), 400, 'INVALID_INPUT'],
      [post('/trpc/messages.send', long(400_000)), 413, 'FRAME_TOO_LARGE'],
      [post('/trpc/no.such', '{}'), 404, 'NO_SUCH_PROCEDURE'],
      [post('/elsewhere', '{}'), 404, 'NO_SUCH_PROCEDURE'],
      [post('/trpc/messages.send', '{}', { 'x-earshot-username': '%E0%A4%A' }), 400, 'INVALID_INPUT'],
      [fetch(`${earshot.a.url}/trpc/rooms.get?input=%7B`), 400, 'INVALID_INPUT'],
      [
        fetch(`${earshot.a.url}/trpc/${'rooms.get,'.repeat(limits.callsPerBatch)}rooms.get?batch=1`),
        400,
        'TOO_MANY_CALLS',
      ],
      // tRPC decodes the path a second time.
      [
        fetch(`${earshot.a.url}/trpc/${'rooms.get%252C'.repeat(limits.callsPerBatch)}rooms.get?batch=1`),
        400,
        'TOO_MANY_CALLS',
      ],
    ];
    for (const [request, status, code] of cases) {
      const response = await request;
      const text = await response.text();
      expect(`${response.status} ${text}`).toContain(code);
      expect(text).not.toMatch(/node_modules|\.ts:\d/);
      if (status !== 400) expect(response.status).toBe(status);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
  });
});

test.each(['user', 'anonymous'])('every procedure is charged before any work: %s', async (caller) => {
  const [rate, burst] = ['0.001', '1'];
  const calls = { CALL_RATE: rate, CALL_BURST: burst, USERS_PER_ADDRESS: '3' };
  await using earshot = await startEmbedded({ env: { SEND_RATE: rate, SEND_BURST: burst, ...calls } });
  using client = stockClient(earshot.a.url, caller === 'user' ? { username: 'Ada' } : {});
  const codeOf = (call: Promise<unknown>) => call.then(String, ({ data }) => data?.errorCode);
  await expect.poll(() => codeOf(client.api.auth.session.query())).toBe('RATE_LIMITED');
  const made = Object.entries(good).map(async ([path, fields]) => [
    path,
    await codeOf(callProcedure(client.api, path, withoutMarks(fields))),
  ]);
  expect(await Promise.all(made)).toEqual(Object.keys(good).map((path) => [path, 'RATE_LIMITED']));
});

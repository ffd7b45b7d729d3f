import { appRouter } from '@earshot/server';
import { type ErrorCode, encodeWire, limits, newId } from '@earshot/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { openRaw, type RawSocket } from '../resources/rawSocket.ts';
import { type Deployment, deployments } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const here = { latitude: 1, longitude: 2 };
const injection = { $gt: '' };
const long = (n: number) => 'x'.repeat(n);

/** A valid input of each procedure. Optional fields end in `?`. ROOM and MESSAGE are replaced by real ids. */
const good: Record<string, Record<string, unknown>> = {
  'rooms.join': { location: here, 'searchRadius?': 10 },
  'rooms.leave': { roomId: 'ROOM' },
  'rooms.get': { roomId: 'ROOM' },
  'rooms.nearby': { location: here, 'radius?': 10, 'limit?': 1 },
  'rooms.watch': { roomId: 'ROOM', 'history?': 1, 'lastEventId?': '1' },
  'messages.send': { roomId: 'ROOM', content: 'x', 'clientMessageId?': 'c' },
  'messages.edit': { roomId: 'ROOM', messageId: 'MESSAGE', content: 'x' },
  'messages.delete': { roomId: 'ROOM', messageId: 'MESSAGE' },
  'messages.react': { roomId: 'ROOM', messageId: 'MESSAGE', emoji: '\u{1f44d}', on: true },
  'messages.ownReactions': { roomId: 'ROOM', messageIds: [newId()] },
  'messages.history': { roomId: 'ROOM', 'before?': 5, 'limit?': 1 },
  'presence.list': { roomId: 'ROOM' },
  'presence.typing': { roomId: 'ROOM', isTyping: true },
  'users.updateLocation': { location: here },
  'auth.guest': { username: 'Ada' },
};
/** Every procedure and its kind. At run time the router has them under their full paths. */
const kinds = new Map(Object.entries<unknown>(appRouter._def.procedures).map(([path, made]) => [path, kindOf(made)]));

function kindOf(procedure: unknown): string {
  if (typeof procedure !== 'function' || !('_def' in procedure)) throw new TypeError('not a procedure');
  const { _def } = procedure;
  if (typeof _def !== 'object' || _def === null || !('type' in _def)) throw new TypeError('not a procedure');
  return String(_def.type);
}

/** Every field of every procedure, missing and with values that no field accepts. */
function* invalidInputs(): Generator<[path: string, field: string, what: string, input: Record<string, unknown>]> {
  for (const [path, fields] of Object.entries(good)) {
    const whole = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replace('?', ''), value]));
    for (const name of Object.keys(fields)) {
      const field = name.replace('?', '');
      if (name === field)
        yield [path, field, 'missing', Object.fromEntries(Object.entries(whole).filter(([key]) => key !== field))];
      for (const value of [null, injection, [], Number.NaN, new Date(0), Symbol.iterator.toString().repeat(50)]) {
        if (field === 'content' && typeof value === 'string') continue; // any text is valid content
        yield [path, field, `${encodeWire(value).slice(0, 60)}`, { ...whole, [field]: value }];
      }
    }
  }
}

/** Procedure, input (ROOM and MESSAGE are replaced by real ids), error, and a part of its text. */
const table: [path: string, input: unknown, code: ErrorCode, names?: string][] = [
  ['rooms.join', undefined, 'INVALID_INPUT'],
  ['rooms.join', {}, 'INVALID_INPUT'],
  ['rooms.join', { location: null }, 'INVALID_INPUT', 'location'],
  ['rooms.join', { location: { latitude: 1 } }, 'INVALID_INPUT', 'location.longitude'],
  ['rooms.join', { location: { latitude: '1', longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
  ['rooms.join', { location: { latitude: Number.NaN, longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
  ['rooms.join', { location: { latitude: Infinity, longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
  ['rooms.join', { location: { latitude: 90.1, longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
  ['rooms.join', { location: { latitude: 1, longitude: -180.1 } }, 'INVALID_INPUT', 'location.longitude'],
  ['rooms.join', { location: here, searchRadius: -1 }, 'INVALID_INPUT', 'searchRadius'],
  ['rooms.join', { location: here, searchRadius: 50_001 }, 'INVALID_INPUT', 'searchRadius'],
  ['rooms.join', { roomId: newId() }, 'ROOM_NOT_FOUND'],
  ['rooms.join', { roomId: injection }, 'INVALID_INPUT', 'roomId'],
  ['rooms.join', { roomId: '' }, 'INVALID_INPUT', 'roomId'],
  ['rooms.join', { roomId: long(129) }, 'INVALID_INPUT', 'roomId'],
  ['rooms.join', { roomId: 'a\u0000b' }, 'INVALID_INPUT', 'roomId'],
  ['rooms.leave', { roomId: newId() }, 'ROOM_NOT_FOUND'],
  ['rooms.leave', { roomId: injection }, 'INVALID_INPUT', 'roomId'],
  ['rooms.get', { roomId: '__proto__' }, 'ROOM_NOT_FOUND'],
  ['rooms.get', { roomId: injection }, 'INVALID_INPUT', 'roomId'],
  ['rooms.get', [], 'INVALID_INPUT'],
  ['rooms.nearby', { location: here, radius: 50_001 }, 'INVALID_INPUT', 'radius'],
  ['rooms.nearby', { location: here, limit: 101 }, 'INVALID_INPUT', 'limit'],
  ['rooms.nearby', { location: here, limit: 1.5 }, 'INVALID_INPUT', 'limit'],
  ['rooms.watch', { roomId: newId() }, 'ROOM_NOT_FOUND'],
  ['rooms.watch', { roomId: 'ROOM', history: 101 }, 'INVALID_INPUT', 'history'],
  ['rooms.watch', { roomId: 'ROOM', lastEventId: '-1' }, 'INVALID_INPUT', 'lastEventId'],
  ['rooms.watch', { roomId: 'ROOM', lastEventId: 'x' }, 'INVALID_INPUT', 'lastEventId'],
  ['rooms.watch', { roomId: 'ROOM', lastEventId: long(5_000) }, 'INVALID_INPUT', 'lastEventId'],
  ['messages.send', { roomId: 'ROOM' }, 'INVALID_INPUT', 'content'],
  ['messages.send', { roomId: 'ROOM', content: '' }, 'INVALID_INPUT', 'content'],
  ['messages.send', { roomId: 'ROOM', content: ' \n\t ' }, 'INVALID_INPUT', 'content'],
  ['messages.send', { roomId: 'ROOM', content: '\u0000\u0007' }, 'INVALID_INPUT', 'content'],
  ['messages.send', { roomId: 'ROOM', content: 7 }, 'INVALID_INPUT', 'content'],
  ['messages.send', { roomId: 'ROOM', content: injection }, 'INVALID_INPUT', 'content'],
  ['messages.send', { roomId: 'ROOM', content: 'a\ud800b' }, 'INVALID_INPUT', 'content'],
  ['messages.send', { roomId: 'ROOM', content: long(2_001) }, 'MESSAGE_TOO_LONG', '2000'],
  ['messages.send', { roomId: 'ROOM', content: 'x', clientMessageId: long(65) }, 'INVALID_INPUT', 'clientMessageId'],
  ['messages.send', { roomId: 'ROOM', content: 'x', clientMessageId: injection }, 'INVALID_INPUT', 'clientMessageId'],
  ['messages.send', { roomId: newId(), content: 'x' }, 'ROOM_NOT_FOUND'],
  ['messages.edit', { roomId: 'ROOM', messageId: 'MESSAGE', content: '' }, 'INVALID_INPUT', 'content'],
  ['messages.edit', { roomId: 'ROOM', messageId: 'MESSAGE', content: long(2_001) }, 'MESSAGE_TOO_LONG'],
  ['messages.edit', { roomId: 'ROOM', messageId: newId(), content: 'x' }, 'MESSAGE_NOT_FOUND'],
  ['messages.edit', { roomId: 'ROOM', messageId: 'nonsense', content: 'x' }, 'INVALID_INPUT', 'messageId'],
  ['messages.delete', { roomId: 'ROOM', messageId: injection }, 'INVALID_INPUT', 'messageId'],
  ['messages.delete', { roomId: 'ROOM', messageId: newId() }, 'MESSAGE_NOT_FOUND'],
  ['messages.react', { roomId: 'ROOM', messageId: 'MESSAGE', emoji: 'hello', on: true }, 'INVALID_INPUT', 'emoji'],
  ['messages.react', { roomId: 'ROOM', messageId: 'MESSAGE', emoji: '\u{1f44d}', on: 'yes' }, 'INVALID_INPUT', 'on'],
  ['messages.react', { roomId: 'ROOM', messageId: newId(), emoji: '\u{1f44d}', on: true }, 'MESSAGE_NOT_FOUND'],
  ['messages.history', { roomId: 'ROOM', limit: 0 }, 'INVALID_INPUT', 'limit'],
  ['messages.history', { roomId: 'ROOM', limit: 101 }, 'INVALID_INPUT', 'limit'],
  ['messages.history', { roomId: 'ROOM', before: 1, after: 1 }, 'INVALID_INPUT', 'before'],
  ['messages.history', { roomId: 'ROOM', before: injection }, 'INVALID_INPUT', 'before'],
  ['messages.history', { roomId: newId() }, 'ROOM_NOT_FOUND'],
  ['messages.ownReactions', { roomId: newId(), messageIds: [newId()] }, 'ROOM_NOT_FOUND'],
  ['messages.ownReactions', { roomId: 'ROOM', messageIds: [] }, 'INVALID_INPUT', 'messageIds'],
  [
    'messages.ownReactions',
    { roomId: 'ROOM', messageIds: Array.from({ length: 101 }, newId) },
    'INVALID_INPUT',
    'messageIds',
  ],
  ['messages.ownReactions', { roomId: 'ROOM', messageIds: [injection] }, 'INVALID_INPUT', 'messageIds'],
  ['presence.list', { roomId: newId() }, 'ROOM_NOT_FOUND'],
  ['presence.typing', { roomId: 'ROOM', isTyping: 1 }, 'INVALID_INPUT', 'isTyping'],
  ['users.updateLocation', { location: { latitude: -91, longitude: 0 } }, 'INVALID_INPUT', 'location.latitude'],
  ['users.updateLocation', {}, 'INVALID_INPUT', 'location'],
  ['auth.guest', { username: '' }, 'INVALID_INPUT', 'username'],
  ['auth.guest', { username: long(41) }, 'INVALID_INPUT', 'username'],
  ['auth.guest', { username: '\u202e\u0000' }, 'INVALID_INPUT', 'username'],
];

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
  let ids: { ROOM: string; MESSAGE: string };
  let nextId = 0;

  beforeAll(async () => {
    earshot = await start();
    const ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const message = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
    ids = { ROOM: room.id, MESSAGE: message.id };
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
    socket.send({ id, method: kinds.get(path) ?? 'query', params: { path, input: wireInput } });
    const reply = await socket.frames.until((frame) => isReply(frame, id) && !isStarted(frame));
    if (!isReply(reply, id)) throw new Error('not a reply');
    return reply;
  }
  const isStarted = (frame: Reply) => JSON.stringify(frame.result) === '{"type":"started"}';
  const error = (reply: Reply) => reply.error?.json;

  const fill = (input: unknown): unknown =>
    JSON.parse(encodeWire(input).replaceAll('"ROOM"', `"${ids.ROOM}"`).replaceAll('"MESSAGE"', `"${ids.MESSAGE}"`));

  test.each(table)('%s(%j): %s', async (path, input, code, names = '') => {
    const found = error(await call(path, fill(input)));
    expect(found?.data.errorCode).toBe(code);
    expect(found?.message).toContain(names);
    expect(found?.data.stack).toBeUndefined();
    expect(JSON.stringify(found)).not.toMatch(/node_modules|\.ts:\d/);
  });

  test.each([...invalidInputs()])('%s with %s %s', async (path, field, _what, input) => {
    const found = error(await call(path, fill(input)));
    expect(found?.data.errorCode).toBe('INVALID_INPUT');
    expect(found?.message).toContain(field);
  });

  test('every procedure is tried, and accepts its valid input', async () => {
    expect(Object.keys(good).toSorted()).toEqual([...kinds.keys()].toSorted());
    expect(new Set(table.map(([path]) => path))).toEqual(new Set(Object.keys(good)));
    for (const [path, fields] of Object.entries(good)) {
      if (['rooms.watch', 'rooms.leave', 'messages.delete'].includes(path)) continue; // they would end sessions that other tests need
      const whole = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replace('?', ''), value]));
      expect(error(await call(path, fill(whole)))).toBeUndefined();
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
  ])('superjson with %s is rejected with an error code, and pollutes nothing', async (_what, wireInput) => {
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
  ])('%s: closed with 1009, and the next caller is served', async (_what, make) => {
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

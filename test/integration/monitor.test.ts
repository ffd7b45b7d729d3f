import { once } from 'node:events';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { runEarshot, startMonitor } from '../resources/process.ts';
import { deployments, startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const monitor = (...args: string[]) => runEarshot(['monitor', ...args]);
const secret = 's'.repeat(32);

function tokenFor(userId: string, expires = '1h'): Promise<string> {
  const claims = new SignJWT({ username: userId.toUpperCase() }).setSubject(userId).setExpirationTime(expires);
  return claims.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
}

/** Ada in a room. */
async function adaInRoom(url: string) {
  const ada = stockClient(url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const roomWatch = ada.watch(room.id);
  await roomWatch.until(({ event }) => event.type === 'snapshot');
  return { ada, roomWatch, roomId: room.id, [Symbol.dispose]: () => ada[Symbol.dispose]() };
}

describe('watching', () => {
  test.each(deployments)('$name: a room over tRPC, in which it is visible, until Ctrl-C', async ({ start }) => {
    await using earshot = await start();
    using place = await adaInRoom(earshot.a.url);
    await using watching = startMonitor([earshot.b.url, place.roomId, '--not', 'rooms.*']);
    await watching.until(/← snapshot/);
    const joined = await place.roomWatch.until(({ event }) => event.type === 'user.joined');
    expect(joined.event).toMatchObject({ user: { username: expect.stringMatching(/^monitor-[0-9a-f]{4}$/) } });
    await place.ada.api.messages.send.mutate({ roomId: place.roomId, content: 'who listens?' });
    await watching.until(/\d\d:\d\d:\d\d\.\d{3} ← message\.created +\d+ B {2}.*who listens\?/);
    const { code, output } = await watching.interrupt();
    expect(code).toBe(0);
    expect(output).toMatch(/^\d+ frames in .* not shown\): .*message\.created 1/m);
    expect(output).not.toMatch(/[→←] rooms/);
    expect(output).not.toContain('\x1b'); // colours only on a terminal
    await place.roomWatch.until(({ event }) => event.type === 'user.left');
  });

  test('without a URL: the server on this machine with PORT', async () => {
    await using earshot = await startEmbedded();
    using place = await adaInRoom(earshot.a.url);
    await using watching = startMonitor([place.roomId], { PORT: new URL(earshot.a.url).port });
    await watching.until(/← snapshot/);
    expect((await watching.interrupt()).code).toBe(0);
  });

  test('a legacy room, as one JSON object per line, for a number of seconds', async () => {
    await using earshot = await startEmbedded();
    const at = someLocationId();
    using bob = await joinLegacy(earshot.a.url, at, 'Bob');
    const address = `${earshot.a.url.replace('http', 'ws')}/ws/${at}`;
    const watching = monitor(address, '--json', '--only', 'newmessage,Join', '--for', '3');
    await bob.until('UserJoined', ({ username = '' }) => username.startsWith('monitor-'));
    bob.send({ type: 'Message', content: 'who listens?' });
    const { code, output } = await watching;
    expect(code).toBe(0);
    const lines = output
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines.map((line) => line.type ?? Object.keys(line)[0])).toEqual([
      'watching',
      'Join',
      'NewMessage',
      'summary',
    ]);
    expect(lines[2]).toMatchObject({
      wire: 'legacy',
      room: at,
      direction: 'in',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      bytes: expect.any(Number),
      frame: { type: 'NewMessage', content: 'who listens?', username: 'Bob' },
    });
    expect(lines[3]).toMatchObject({ summary: { received: 3, sent: 1, notShown: 2 } });
    await bob.until('UserLeft', ({ username = '' }) => username.startsWith('monitor-'));
  });

  test('several rooms on both wires', async () => {
    await using earshot = await startEmbedded();
    using place = await adaInRoom(earshot.a.url);
    await using watching = startMonitor([earshot.a.url, place.roomId, '12.5,-7.25', '--wire', 'both']);
    await watching.until(/trpc:12\.5,-7\.25 +← snapshot/);
    await watching.until(/legacy:12\.5,-7\.25 +← MessageHistory/);
    await watching.until(new RegExp(`legacy:${place.roomId} +← MessageHistory`));
    await place.ada.api.messages.send.mutate({ roomId: place.roomId, content: 'heard twice' });
    await watching.until(new RegExp(`trpc:${place.roomId} +← message.created`));
    await watching.until(new RegExp(`legacy:${place.roomId} +← NewMessage`));
    expect((await watching.interrupt()).code).toBe(0);
  });

  test.each(['trpc', 'legacy'])('%s: reconnects after a lost connection', async (wire) => {
    await using earshot = await startEmbedded();
    using place = await adaInRoom(earshot.a.url);
    await using proxy = await openFlakyProxy(earshot.a.url);
    await using watching = startMonitor([proxy.url, place.roomId, '--wire', wire]);
    await watching.until(/← (snapshot|MessageHistory)/);
    proxy.cut();
    await watching.until(/• connection closed: 1006/);
    await place.ada.api.messages.send.mutate({ roomId: place.roomId, content: 'said meanwhile' });
    proxy.mend();
    await watching.until(/←.*said meanwhile/);
    expect((await watching.interrupt()).code).toBe(0);
  });

  test.each(['trpc', 'legacy'])('%s: a rejection exits with 1; credentials are not printed', async (wire) => {
    await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
    const token = `${await tokenFor('ada')}x`;
    const { code, output } = await monitor(earshot.a.url, '1,2', '--wire', wire, '--token', token);
    expect(code).toBe(1);
    expect(output).toContain('The token is not valid.');
    expect(output).toContain('"token":"…"');
    expect(output).not.toContain(token.slice(0, 20));
  });
});

test('an expired token exits with 1', async () => {
  await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
  const token = await tokenFor('ada', '-1h');
  const { code, output } = await monitor(earshot.a.url, 'lobby', '--wire', 'legacy', '--token', token);
  expect(output).toContain('TOKEN_EXPIRED');
  expect(code).toBe(1);
});

test('an unreachable address exits with 1', async () => {
  await using earshot = await startEmbedded();
  const { code, output } = await monitor(`${earshot.a.url}/elsewhere`, 'lobby', '--wire', 'legacy');
  expect(code).toBe(1);
  expect(output).toMatch(/could not connect: .*\b4\d\d\b/);
});

test.each([
  ['an unknown type', [{ type: 'Dance' }]],
  ['fields under data alone', [{ type: 'MessageHistory', data: { messages: [] } }]],
  ['an unknown type after the history', [{ type: 'MessageHistory', messages: [] }, { type: 'Dance' }]],
])('a server that sends %s fails the scenario at once, and the next one runs', async (_case, frames) => {
  await using server = await answering(frames);
  const { code, output } = await monitor(server.url, '--wire', 'legacy', '--run', 'chat,two-users');
  expect(output).toMatch(/^FAIL {2}legacy +chat .*an invalid frame/m);
  expect(output).toMatch(/^0 passed, 2 failed$/m);
  expect(output).not.toMatch(/timed out| {4}at /);
  expect(code).toBe(1);
});

/** A server that answers every frame with the given frames. */
async function answering(frames: readonly unknown[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) =>
    socket.on('message', () => {
      for (const frame of frames) socket.send(JSON.stringify(frame));
    }),
  );
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('scenarios', () => {
  test.each(deployments)('$name: all pass on both wires', async ({ start }) => {
    await using earshot = await start();
    const { code, output } = await monitor(earshot.a.url, '--wire', 'both', '--run', 'all');
    expect(output).toMatch(/^10 passed, 0 failed$/m);
    expect(output.match(/^pass {2}(trpc|legacy) +(join|chat|two-users|reconnect|bad-frames) +\d+ ms /gm)).toHaveLength(
      10,
    );
    expect(code).toBe(0);
  });

  test('in a given room, with the tokens of two users', async () => {
    await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
    const tokens = ['--token', await tokenFor('ada'), '--token', await tokenFor('bob')];
    const args = [earshot.a.url, '52.5,13.4', '--wire', 'both', '--json', '--run', 'two-users,chat,bad-frames'];
    const { code, output } = await monitor(...args, ...tokens);
    const lines = output
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual({ scenario: 'two-users', wire: 'legacy', passed: true, ms: expect.any(Number) });
    expect(lines.at(-1)).toEqual({ summary: { passed: 6, failed: 0 } });
    expect(code).toBe(0);
  });

  test('a failed one prints the reason, and the others run', async () => {
    await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
    const { code, output } = await monitor(earshot.a.url, '--wire', 'both', '--run', 'join,two-users');
    expect(output).toMatch(/^pass {2}trpc +join/m);
    expect(output).toMatch(/^FAIL {2}trpc +two-users .*The room is full\.$/m);
    expect(output).toMatch(/^pass {2}legacy +join/m);
    expect(output).toMatch(/^FAIL {2}legacy +two-users .*The room is full\.$/m);
    expect(output).toMatch(/^2 passed, 2 failed$/m);
    expect(code).toBe(1);
  });

  test('all fail at once without a server', async () => {
    const { code, output } = await monitor('http://127.0.0.1:1', '--wire', 'both', '--run', 'all');
    expect(output).toMatch(/^0 passed, 10 failed$/m);
    expect(code).toBe(1);
  });
});

test.each([
  [[], 'Give a room to watch'],
  [['localhost:3001'], 'not a URL'],
  [['http://localhost:3001'], 'Give a room to watch'],
  [['http://localhost:3001', 'x', '--wire', 'smoke'], '--wire'],
  [['http://localhost:3001', 'x', '--for', 'ever'], 'seconds'],
  [['http://localhost:3001', 'x', '--nonsense'], '--nonsense'],
  [['http://localhost:3001', '--run', 'marathon'], 'Choose from join, chat, two-users, reconnect, bad-frames'],
  [['http://localhost:3001', '--run', 'all', '--token', 'one'], '--token twice'],
])('an invalid command line exits with 2: %j', async (args, says) => {
  const { code, output } = await monitor(...args);
  expect(code).toBe(2);
  expect(output).toContain(says);
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { runEarshot } from '../resources/process.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { clusterSettings } from '../resources/server.ts';
import { connectTo, socketsOf, startWorkers } from '../resources/workers.ts';
import { freePort } from '../services/service.ts';

const deploy = (env: Record<string, string> = {}) => ({ ...clusterSettings(), WORKERS: '3', PORT: '0', ...env });

test('a worker killed dead: its people are back on another, those who do not return are gone within 15 s', async () => {
  await using earshot = await startWorkers();
  using ada = await connectTo(earshot.url, 2, { username: 'Ada' });
  const bob = await connectTo(earshot.url, 1, { username: 'Bob' });
  using eve = await connectTo(earshot.url, 1, { username: 'Eve' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const roomId = room.id;
  await Promise.all([bob, eve].map(({ api }) => api.rooms.join.mutate({ roomId })));
  using adaSees = ada.watch(roomId);
  using bobSees = bob.watch(roomId);
  using eveSees = eve.watch(roomId);
  for (const sees of [adaSees, bobSees, eveSees]) await sees.until(({ event }) => event.type === 'snapshot');
  expect(await ada.api.presence.list.query({ roomId })).toHaveLength(3);

  process.kill(earshot.pids[0] ?? 0, 'SIGKILL');
  const killedAt = Date.now();
  await bob.close(); // for good
  await ada.api.messages.send.mutate({ roomId, content: 'Who is still here?' });
  await eveSees.until(({ event }) => event.type === 'message.created'); // resumed by itself
  await adaSees.until(({ event }) => event.type === 'user.left', 20_000);
  expect(Date.now() - killedAt).toBeLessThan(15_000);
  const present = await ada.api.presence.list.query({ roomId });
  expect(present.map(({ username }) => username).toSorted()).toEqual(['Ada', 'Eve']);
  const left = adaSees.all.flatMap(({ event }) => (event.type === 'user.left' ? [event.user.username] : []));
  expect(left).toEqual(['Bob']);

  // Another has taken its number, and gets its share of what comes.
  await earshot.until(/"worker":1,"pid":\d+,"msg":"the worker listens"/);
  using joe = await connectTo(earshot.url, 1, { username: 'Joe' });
  await joe.api.rooms.join.mutate({ roomId });
});

test('Ctrl-C, which reaches every process and the primary twice: each client is told when to come back, exit code 0 in under 10 s', async () => {
  await using earshot = await startWorkers();
  const sockets = await Promise.all(Array.from({ length: 40 }, () => openRaw(earshot.url)));
  const toldAt = Date.now();
  const ended = earshot.end('SIGINT');
  // A terminal sends Ctrl-C to the whole process group, and a launcher passes it on once more.
  for (const pid of [earshot.pid, ...earshot.pids]) process.kill(pid, 'SIGINT');
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(Date.now() - toldAt).toBeLessThan(10_000);
  for (const { closed } of sockets) {
    const { code, reason } = await closed;
    expect(code).toBe(1012);
    expect(JSON.parse(reason)).toEqual({ reconnectWithinMs: expect.any(Number) });
  }
  expect(earshot.output()).not.toMatch(/takes its place/);
});

test('the primary killed dead: its workers take leave of their clients and end', async () => {
  await using earshot = await startWorkers();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => openRaw(earshot.url)));
  expect(await earshot.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' }); // and its workers, which share its output
  for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 1012 });
  expect(earshot.output().match(/"stopped"/g)).toHaveLength(2);
});

test('a worker told to end does so in good order, and is replaced', async () => {
  await using earshot = await startWorkers();
  const sockets = await Promise.all(Array.from({ length: 8 }, () => openRaw(earshot.url)));
  // Which worker gets a connection is a matter of which is free: more of them, until the one that is to end has some.
  while ((await socketsOf(earshot.url))[1] === 0) sockets.push(await openRaw(earshot.url));
  const [staying = 0, leaving = 0] = await socketsOf(earshot.url);
  expect(staying + leaving).toBe(sockets.length);
  const closed = collect<number>();
  for (const socket of sockets) void socket.closed.then(({ code }) => closed.push(code));
  process.kill(earshot.pids[1] ?? 0, 'SIGTERM');
  await closed.untilAll((codes) => codes.length === leaving);
  await earshot.until(/"worker":2,"pid":\d+,"msg":"the worker listens"/);
  expect(await socketsOf(earshot.url)).toEqual([staying, 0]);
  expect(closed.all).toEqual(Array.from({ length: leaving }, () => 1012));
  for (const socket of sockets) socket[Symbol.dispose]();
});

test('a worker that is stuck takes nothing from the others, and who insists gets the end at once', async () => {
  await using earshot = await startWorkers();
  using ada = await connectTo(earshot.url, 2, { username: 'Ada' });
  const stuck = earshot.pids[0] ?? 0;
  process.kill(stuck, 'SIGSTOP');
  await ada.api.rooms.join.mutate({ location: somewhere() });
  const ended = earshot.end('SIGTERM');
  // Not to the end: a process that is about to exit handles signals no more, and dies of them.
  const insisting = setInterval(() => isThere(stuck) && process.kill(earshot.pid, 'SIGTERM'), 50);
  const askedAt = Date.now();
  void ended.then(() => clearInterval(insisting));
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(Date.now() - askedAt).toBeLessThan(5_000);
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a worker that is stuck is ended in time when nobody insists', async () => {
  await using earshot = await startWorkers();
  process.kill(earshot.pids[0] ?? 0, 'SIGSTOP');
  const askedAt = Date.now();
  expect(await earshot.end('SIGTERM')).toEqual({ code: 1, signal: null });
  expect(Date.now() - askedAt).toBeLessThan(10_500);
  expect(earshot.output()).toContain('workers could not stop in time');
});

test('what no worker can do is said once, in a sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  expect(await runEarshot(['serve'], deploy({ PORT: port }))).toEqual({
    code: 1,
    output: `Port ${port} is taken. Set PORT to another one.\n`,
  });
  taken.close();

  const uri = `mongodb://127.0.0.1:${await freePort()}/?serverSelectionTimeoutMS=300`;
  const { code, output } = await runEarshot(['serve'], deploy({ MONGODB_URI: uri }));
  expect(code).toBe(1);
  expect(output.replaceAll(/\{.*\}\n/g, '')).toMatch(/^MongoDB can’t be used\. .*\n$/);
});

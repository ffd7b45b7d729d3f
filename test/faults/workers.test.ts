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

test('a killed worker: its clients reconnect to another worker, and absent users are removed within 15 s', async () => {
  await using earshot = await startWorkers();
  using ada = await connectTo(earshot.url, 2, { username: 'Ada' });
  const bob = await connectTo(earshot.url, 1, { username: 'Bob' });
  using eve = await connectTo(earshot.url, 1, { username: 'Eve' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const roomId = room.id;
  await Promise.all([bob, eve].map(({ api }) => api.rooms.join.mutate({ roomId })));
  using adaWatch = ada.watch(roomId);
  using bobWatch = bob.watch(roomId);
  using eveWatch = eve.watch(roomId);
  for (const watch of [adaWatch, bobWatch, eveWatch]) await watch.until(({ event }) => event.type === 'snapshot');
  expect(await ada.api.presence.list.query({ roomId })).toHaveLength(3);

  process.kill(earshot.pids[0] ?? 0, 'SIGKILL');
  const killedAt = Date.now();
  await bob.close(); // does not return
  await ada.api.messages.send.mutate({ roomId, content: 'Who is still here?' });
  await eveWatch.until(({ event }) => event.type === 'message.created'); // Eve's watch resumes
  await adaWatch.until(({ event }) => event.type === 'user.left', 20_000);
  expect(Date.now() - killedAt).toBeLessThan(15_000);
  const present = await ada.api.presence.list.query({ roomId });
  expect(present.map(({ username }) => username).toSorted()).toEqual(['Ada', 'Eve']);
  const left = adaWatch.all.flatMap(({ event }) => (event.type === 'user.left' ? [event.user.username] : []));
  expect(left).toEqual(['Bob']);

  // A new worker has its number and gets its share of connections.
  await earshot.until(/"worker":1,"pid":\d+,"msg":"worker listening"/);
  using joe = await connectTo(earshot.url, 1, { username: 'Joe' });
  await joe.api.rooms.join.mutate({ roomId });
});

test('Ctrl-C reaches every process, and the primary twice: each client receives the time to reconnect, exit code 0 in under 10 s', async () => {
  await using earshot = await startWorkers();
  // At most as many as one worker keeps open without identities, because the system may give all of them to one worker.
  const sockets = await Promise.all(Array.from({ length: 32 }, () => openRaw(earshot.url)));
  const signalledAt = Date.now();
  const ended = earshot.end('SIGINT');
  // A terminal sends Ctrl-C to the whole process group, and a launcher forwards it again.
  for (const pid of [earshot.pid, ...earshot.pids]) process.kill(pid, 'SIGINT');
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(Date.now() - signalledAt).toBeLessThan(10_000);
  for (const { closed } of sockets) {
    const { code, reason } = await closed;
    expect(code).toBe(1012);
    expect(JSON.parse(reason)).toEqual({ reconnectWithinMs: expect.any(Number) });
  }
  expect(earshot.output()).not.toMatch(/replacing it/);
});

test('the primary is killed: its workers close their connections and exit', async () => {
  await using earshot = await startWorkers();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => openRaw(earshot.url)));
  expect(await earshot.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' }); // resolves after the workers have exited too, because they share its output
  for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 1012 });
  expect(earshot.output().match(/"stopped"/g)).toHaveLength(2);
});

test('a worker that receives SIGTERM shuts down gracefully and is replaced', async () => {
  await using earshot = await startWorkers();
  const sockets = await Promise.all(Array.from({ length: 8 }, () => openRaw(earshot.url)));
  // Any free worker accepts a connection. So connections are opened until the worker that will stop has one.
  while ((await socketsOf(earshot.url))[1] === 0) sockets.push(await openRaw(earshot.url));
  const [staying = 0, leaving = 0] = await socketsOf(earshot.url);
  expect(staying + leaving).toBe(sockets.length);
  const closed = collect<number>();
  for (const socket of sockets) void socket.closed.then(({ code }) => closed.push(code));
  process.kill(earshot.pids[1] ?? 0, 'SIGTERM');
  await closed.untilAll((codes) => codes.length === leaving);
  await earshot.until(/"worker":2,"pid":\d+,"msg":"worker listening"/);
  expect(await socketsOf(earshot.url)).toEqual([staying, 0]);
  expect(closed.all).toEqual(Array.from({ length: leaving }, () => 1012));
  for (const socket of sockets) socket[Symbol.dispose]();
});

test('a stuck worker does not affect the others, and a second signal stops the server at once', async () => {
  await using earshot = await startWorkers();
  using ada = await connectTo(earshot.url, 2, { username: 'Ada' });
  const stuck = earshot.pids[0] ?? 0;
  process.kill(stuck, 'SIGSTOP');
  await ada.api.rooms.join.mutate({ location: somewhere() });
  const ended = earshot.end('SIGTERM');
  // Signals stop once the worker is gone: a process that is about to exit has no signal handler and would be killed.
  const repeatedSignals = setInterval(() => isRunning(stuck) && process.kill(earshot.pid, 'SIGTERM'), 50);
  const signalledAt = Date.now();
  void ended.then(() => clearInterval(repeatedSignals));
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(Date.now() - signalledAt).toBeLessThan(5_000);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a stuck worker is killed after a timeout without a second signal', async () => {
  await using earshot = await startWorkers();
  process.kill(earshot.pids[0] ?? 0, 'SIGSTOP');
  const signalledAt = Date.now();
  expect(await earshot.end('SIGTERM')).toEqual({ code: 1, signal: null });
  expect(Date.now() - signalledAt).toBeLessThan(10_500);
  expect(earshot.output()).toContain('workers did not stop in time');
});

test('a failure of every worker is reported once, in one sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  expect(await runEarshot(['serve'], deploy({ PORT: port }))).toEqual({
    code: 1,
    output: `Port ${port} is in use. Set PORT to another port.\n`,
  });
  taken.close();

  const uri = `mongodb://127.0.0.1:${await freePort()}/?serverSelectionTimeoutMS=300`;
  const { code, output } = await runEarshot(['serve'], deploy({ MONGODB_URI: uri }));
  expect(code).toBe(1);
  expect(output.replaceAll(/\{.*\}\n/g, '')).toMatch(/^MongoDB can’t be used\. .*\n$/);
});

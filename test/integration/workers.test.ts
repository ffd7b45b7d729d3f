import { describe, expect, test } from 'vitest';
import { somewhere } from '../resources/places.ts';
import { runEarshot } from '../resources/process.ts';
import { openRaw, type RawSocket } from '../resources/rawSocket.ts';
import { stockClient } from '../resources/stockClient.ts';
import { connectTo, socketsOf, startWorkers } from '../resources/workers.ts';

describe('several workers on one port', () => {
  test('there is one banner; two users on different workers share a room and are counted once each', async () => {
    await using earshot = await startWorkers();
    expect(earshot.output().match(/listens on/g)).toHaveLength(1);
    expect(new Set(earshot.pids).size).toBe(2);
    expect(earshot.pids).not.toContain(earshot.pid);
    using ada = await connectTo(earshot.url, 1, { username: 'Ada' });
    using bob = await connectTo(earshot.url, 2, { username: 'Bob' });
    const location = somewhere();
    const { room } = await ada.api.rooms.join.mutate({ location });
    const joined = await bob.api.rooms.join.mutate({ location });
    expect(joined).toMatchObject({ isNew: false, room: { id: room.id } });

    using adaWatch = ada.watch(room.id);
    await adaWatch.until(({ event }) => event.type === 'snapshot');
    using bobWatch = bob.watch(room.id);
    await adaWatch.until(({ event }) => event.type === 'user.joined' && event.userCount === 2);
    const question = await ada.api.messages.send.mutate({ roomId: room.id, content: 'Which core are you on?' });
    await bobWatch.until(({ event }) => event.type === 'message.created' && event.message.id === question.id);
    const answer = await bob.api.messages.send.mutate({ roomId: room.id, content: 'Another one.' });
    await adaWatch.until(({ event }) => event.type === 'message.created' && event.message.id === answer.id);
    expect(answer.seq).toBe(question.seq + 1);
    expect((await bob.api.presence.list.query({ roomId: room.id })).map(({ username }) => username).toSorted()).toEqual(
      ['Ada', 'Bob'],
    );
  });

  test('concurrent joins at one location on all workers create one room', async () => {
    await using earshot = await startWorkers({ WORKERS: '3' });
    const clients = Array.from({ length: 30 }, (_, i) => stockClient(earshot.url, { username: `User ${i}` }));
    const location = somewhere();
    const joins = await Promise.all(clients.map(({ api }) => api.rooms.join.mutate({ location })));
    expect(new Set(joins.map(({ room }) => room.id)).size).toBe(1);
    expect(joins.filter(({ isNew }) => isNew)).toHaveLength(1);
    await Promise.all(clients.map((client) => client.close()));
  });

  test('connections are distributed evenly, and each worker returns the metrics of all', async () => {
    await using earshot = await startWorkers();
    const sockets: RawSocket[] = [];
    // One after another: in a burst, a faster worker would accept more.
    for (let i = 0; i < 40; i += 1) sockets.push(await openRaw(earshot.url));
    const [first = 0, second = 0] = await socketsOf(earshot.url);
    expect(first + second).toBe(40);
    expect(Math.abs(first - second)).toBeLessThanOrEqual(4);

    const texts = await Promise.all([1, 2, 3, 4].map(() => scrape(earshot.url)));
    for (const text of texts) {
      expect(text.match(/^# TYPE earshot_sockets gauge$/gm)).toHaveLength(1);
      for (const worker of [1, 2]) {
        expect(text).toMatch(new RegExp(`^earshot_process_start_time_seconds\\{worker="${worker}"\\} \\d+$`, 'm'));
      }
      // Prometheus would reject a line without a number.
      for (const line of text.split('\n')) expect(line).toMatch(/^(#.*|.* ([\d.e+-]+|Nan|[+-]Inf)|)$/);
    }
    for (const socket of sockets) socket[Symbol.dispose]();
  });

  test.each([
    ['open', {}],
    ['jwt', { JWT_SECRET: 'x'.repeat(32), ALLOW_GUESTS: 'true', HOST: '127.0.0.1' }],
  ])('a guest of one worker is accepted by the other (%s)', async (_mode, env) => {
    await using earshot = await startWorkers(env);
    using unidentified = await connectTo(earshot.url, 1, {});
    const { token, user } = await unidentified.api.auth.guest.mutate({ username: 'Zoë' });
    using guest = await connectTo(earshot.url, 2, { token });
    const { room } = await guest.api.rooms.join.mutate({ location: somewhere() });
    const sent = await guest.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
    expect(sent).toMatchObject({ userId: user.userId, username: 'Zoë' });
  });

  test('log lines have the number of their worker', async () => {
    await using earshot = await startWorkers();
    expect(await earshot.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const lines = earshot
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const writers = lines.map((line): { worker?: number; msg: string } => JSON.parse(line));
    const stopped = writers.filter(({ msg }) => msg === 'stopped').map(({ worker }) => worker);
    expect(stopped.toSorted()).toEqual([1, 2]);
  });
});

describe('is rejected', () => {
  test('without MongoDB and Redis, which workers share', async () => {
    const { code, output } = await runEarshot(['serve'], { PORT: '0', WORKERS: '2' });
    expect(code).toBe(1);
    expect(output).toMatch(/^Invalid settings:\n {2}- WORKERS=2 needs MONGODB_URI and REDIS_URL.*\n$/);
  });

  test('with a variable that only the primary sets', async () => {
    const { code, output } = await runEarshot(['serve'], { PORT: '0', EARSHOT_WORKER: '1' });
    expect(code).toBe(1);
    expect(output).toMatch(/^EARSHOT_WORKER is internal.*\n$/);
  });
});

async function scrape(url: string): Promise<string> {
  // A new connection for each request: a kept-alive one stays with one worker.
  return (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
}

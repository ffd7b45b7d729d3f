import { describe, expect, test } from 'vitest';
import { dataFolder } from '../resources/dataFolder.ts';
import { somewhere } from '../resources/places.ts';
import { runEarshot, startProcess } from '../resources/process.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { stockClient } from '../resources/stockClient.ts';
import { freePort } from '../services/service.ts';

describe('the earshot command', () => {
  test('SIGTERM: clients receive the time to reconnect, pending writes are stored, exit code 0 in under 10 s', async () => {
    await using data = await dataFolder();
    const env = { DATA_DIR: data.path, PORT: String(await freePort()), SEND_RATE: '0' };
    await using first = await startProcess(env);
    expect(first.output()).toMatch(/store\s+SQLite.*broker\s+in this process.*auth\s+open/s);
    using ada = stockClient(first.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    using watch = ada.watch(roomId);
    await watch.until(({ event }) => event.type === 'snapshot');
    const sockets = await Promise.all(Array.from({ length: 30 }, () => openRaw(first.url)));
    const sends = Array.from({ length: 50 }, (_, i) =>
      ada.api.messages.send.mutate({ roomId, content: `${i}`, clientMessageId: `${i}` }),
    );
    const answers = Promise.allSettled(sends);
    await sends[0];

    const signalledAt = Date.now();
    const ended = await first.end('SIGTERM');
    expect(ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - signalledAt).toBeLessThan(10_000);
    for (const { closed } of sockets) {
      const { code, reason } = await closed;
      expect(code).toBe(1012);
      expect(JSON.parse(reason)).toEqual({ reconnectWithinMs: expect.any(Number) });
    }
    const acknowledged = (await answers).flatMap((send) => (send.status === 'fulfilled' ? [send.value] : []));

    // On the same port and data the watch resumes, and every acknowledged message is stored.
    await using second = await startProcess(env);
    await ada.api.messages.send.mutate({ roomId, content: 'after' });
    await watch.until(({ event }) => event.type === 'message.created' && event.message.content === 'after');
    const ids = watch.all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(acknowledged).toHaveLength(50); // every request that the server had read was answered
    for (const { id } of acknowledged) expect(ids).toContain(id);
    expect(await second.end('SIGINT')).toEqual({ code: 0, signal: null });
  });

  test('all wrong settings are listed in plain words, without a stack trace', async () => {
    const { code, output } = await runEarshot(['serve'], { PORT: 'eighty', SEND_RATE: '-1', REDIS_URL: 'localhost' });
    expect(code).toBe(1);
    expect(output).toMatch(/PORT.*REDIS_URL.*SEND_RATE/s);
    expect(output).not.toMatch(/ {4}at /);
  });

  test('a port in use is reported in one sentence', async () => {
    await using data = await dataFolder();
    await using first = await startProcess({ DATA_DIR: data.path });
    const port = new URL(first.url).port;
    await using other = await dataFolder();
    const { code, output } = await runEarshot(['serve'], { PORT: port, DATA_DIR: other.path });
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is in use. Set PORT`);
    expect(output).not.toMatch(/ {4}at /);
  });

  test('a host name that can’t be resolved is reported in one sentence', async () => {
    await using data = await dataFolder();
    const { code, output } = await runEarshot(['serve'], { PORT: '0', HOST: '300.1.1.1', DATA_DIR: data.path });
    expect(code).toBe(1);
    expect(output).toContain('The name 300.1.1.1 can’t be resolved. Set HOST');
    expect(output).not.toMatch(/ {4}at /);
  });

  test('a data folder in use by another server is rejected, and released by kill -9', async () => {
    await using data = await dataFolder();
    await using first = await startProcess({ DATA_DIR: data.path });
    const { code, output } = await runEarshot(['serve'], { PORT: '0', DATA_DIR: data.path });
    expect(code).toBe(1);
    expect(output).toMatch(/another Earshot server is running on it\. Set DATA_DIR/);
    await first.end('SIGKILL');
    await using second = await startProcess({ DATA_DIR: data.path });
    expect((await fetch(`${second.url}/health`)).status).toBe(200);
  });

  test.each([[['--help']], [['serve', '--help']], [['chat', '--help']]])('%j prints its usage', async (args) => {
    const { code, output } = await runEarshot(args);
    expect(code).toBe(0);
    expect(output).toContain('Usage: earshot');
  });

  test.each([
    [['chat', '91', '0'], /-90 to 90/],
    [['chat', '52.52'], /needs a longitude/],
    [['chat', '52.52', 'here'], /number/],
    [['chat', '1', '2', '--as', 'x'.repeat(41)], /at most 40 characters/],
    [['chat', '1', '2', '--url', 'nonsense'], /^[^\n]*nonsense[^\n]*\n$/],
    [['dance'], /unknown command|too many/i],
  ])('%j fails and prints how to correct it', async (args, message) => {
    const { code, output } = await runEarshot(args);
    expect(code).not.toBe(0);
    expect(output).toMatch(message);
  });
});

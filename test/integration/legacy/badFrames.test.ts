import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { frame, openBareSocket, textFrame } from '../../resources/bareSocket.ts';
import { eventually } from '../../resources/collect.ts';
import { joinLegacy, openLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { refusedUpgrade } from '../../resources/rawSocket.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';

const nothing = { sockets: 0, openFeeds: 0, watchers: 0, sharedWatchers: 0, subscribedRooms: 0 };
const join = JSON.stringify({ type: 'Join', user_id: 'rude', username: 'Rude' });

/** Ways in which clients end a connection abruptly. */
const disconnects: ((url: string, path: string) => Promise<void>)[] = [
  async (url, path) => void (await openBareSocket(url, path)).resetAndDestroy(),
  async (url, path) => {
    const line = await openBareSocket(url, path);
    line.write(textFrame(join));
    await once(line, 'data');
    line.write(textFrame(join).subarray(0, 9)); // half a frame
    line.resetAndDestroy();
  },
  async (url, path) => {
    const line = await openBareSocket(url, path);
    line.write(textFrame(join));
    line.resetAndDestroy(); // the join is pending
  },
  async (url, path) => {
    const line = await openBareSocket(url, path);
    line.write(Buffer.from([0xff, 0xff, 0xff, 0xff])); // without any frame
    await once(line, 'close');
  },
  async (url, path) => {
    const line = await openBareSocket(url, path);
    line.write(Buffer.concat([textFrame('not JSON'), textFrame(join), textFrame('{}'), textFrame(join)]));
    await once(line, 'data');
    line.end(); // without a closing handshake
  },
  async (url, path) => {
    const client = await openLegacy(url, decodeURIComponent(path.slice(4)));
    for (const frame of [join, '{"type":"Message","content":"x"}', join, 'nonsense']) client.send(frame);
    await client.until('MessageHistory');
    client.ws.close();
    await client.closed;
  },
  async (url, path) => {
    const line = await openBareSocket(url, path);
    line.write(Buffer.concat([frame('binary', join), textFrame(join), frame('binary', '\0\xff')]));
    await once(line, 'data');
    line.resetAndDestroy();
  },
  async (url, path) => {
    const line = await openBareSocket(url, path);
    line.write(Buffer.concat([textFrame(join), ...Array.from({ length: 20 }, () => frame('ping', 'x'.repeat(125)))]));
    await once(line, 'data');
    line.resetAndDestroy(); // with pending pongs
  },
  async (url, path) => {
    const line = await openBareSocket(url, path);
    line.write(Buffer.concat([textFrame('{"type":"Message","content":"too early"}'), textFrame(join)]));
    await once(line, 'data');
    line.end();
  },
  async (url, path) => {
    const client = await openLegacy(url, decodeURIComponent(path.slice(4)));
    for (const sent of ['{"type":"Dance"}', '{"type":"Dance","data":{"type":"Join"}}', '{"type":null}'])
      client.send(sent);
    await eventually(() => client.of('Error').length === 3);
    client.ws.terminate();
  },
];

describe.each(deployments)('$name: clients that disconnect abruptly', ({ start }) => {
  test('leave no resources behind after 1,000 connections', async () => {
    await using earshot = await start({ env: { SOCKETS_PER_ADDRESS: '0' } });
    const at = someLocationId();
    using witness = await joinLegacy(earshot.a.url, at, 'Witness');
    const connections = disconnects.flatMap((meet) =>
      [earshot.a.url, earshot.b.url].map((url) => () => meet(url, `/ws/${at}`)),
    );
    for (let done = 0; done < 1_000; done += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => connections[(done + i) % connections.length]?.()));
    }
    witness.send({ type: 'Message', content: 'still here' });
    await witness.until('NewMessage', ({ content }) => content === 'still here');
    const active = async (): Promise<unknown> =>
      (await (await fetch(`${earshot.b.url}/rooms/${at}`)).json()).active_users;
    await eventually(async () => (await active()) === 1);
    await eventually(() => witness.of('UserLeft').length === witness.of('UserJoined').length);
    witness.ws.close();
    await witness.closed;
    for (const { stats } of [earshot.a, earshot.b]) {
      await eventually(() => JSON.stringify(stats()) === JSON.stringify(nothing));
    }
    await eventually(async () => (await active()) === 0);
  }, 120_000);
});

describe('frames', () => {
  test('a binary frame is an Error; pings are answered, pongs ignored; the socket stays open', async () => {
    await using earshot = await startEmbedded();
    using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
    ada.ws.send(Buffer.from(join), { binary: true });
    expect(await ada.until('Error')).toMatchObject({ code: 'INVALID_INPUT' });
    ada.ws.ping('are you there?');
    const [pong] = await once(ada.ws, 'pong');
    expect(String(pong)).toBe('are you there?');
    ada.ws.pong();
    ada.send({ type: 'Message', content: 'x'.repeat(limits.messageChars + 1) });
    await ada.until('Error', ({ code }) => code === 'MESSAGE_TOO_LONG');
    ada.send({ type: 'Message', content: 'x'.repeat(limits.messageChars) });
    await ada.until('NewMessage');
  });

  test('a frame beyond the limit closes with 1009', async () => {
    await using earshot = await startEmbedded();
    using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
    ada.send('x'.repeat(limits.frameBytes + 1));
    expect((await ada.closed).code).toBe(1009);
  });

  test('a client that sends without reading is not read further, so answers do not accumulate', async () => {
    await using earshot = await startEmbedded();
    const line = await openBareSocket(earshot.a.url, '/ws/lobby');
    line.pause();
    const bad = textFrame('{"type":"Auth"}');
    const flood = Buffer.concat(Array.from({ length: 5_000 }, () => bad));
    const before = process.memoryUsage().rss;
    // Until nothing changes: the server has stopped reading, because its answers are unread.
    for (let moves = true; moves; ) {
      moves =
        line.write(flood) ||
        (await Promise.race([once(line, 'drain').then(() => true), delay(1_000).then(() => false)]));
    }
    expect(line.writableLength).toBeGreaterThan(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
    ada.send({ type: 'Message', content: 'served' });
    await ada.until('NewMessage');
    line.destroy();
  });

  test.each(['/ws', '/ws/', '/ws/a/b', '/other/lobby', '/'])('an upgrade at %s is rejected', async (path) => {
    await using earshot = await startEmbedded();
    expect((await refusedUpgrade(earshot.a.url, { path })).status).toBe(404);
  });

  test.each([`/ws/${'x'.repeat(129)}`, '/ws/%zz', '/ws/a%00b'])('the name in %s is rejected', async (path) => {
    await using earshot = await startEmbedded();
    expect(await refusedUpgrade(earshot.a.url, { path })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT' },
    });
  });

  test('a stopping server closes with 1012', async () => {
    await using earshot = await startEmbedded();
    using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
    await earshot.a.close();
    const { code, reason } = await ada.closed;
    expect(code).toBe(1012);
    expect(JSON.parse(reason)).toEqual({ reconnectWithinMs: 5_000 });
  });
});

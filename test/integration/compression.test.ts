import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded, type TestServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const env = { WS_COMPRESSION: 'true' };
const contents = Array.from({ length: 60 }, (_, n) =>
  n % 3 === 0 ? `${n} ${'long "ü" \u2028 '.repeat(140)}` : `${n}`,
);

/** A watcher with or without an offer of compression, and its received frames. */
async function openWatch(server: TestServer, roomId: string, compression: boolean) {
  const raw = await openRaw(server.url, { identity: { username: 'Wanda' }, compression });
  const texts: string[] = [];
  raw.ws.on('message', (data) => texts.push(String(data)));
  const params = (path: string) => ({ path, input: { json: { roomId } } });
  raw.send({ id: 1, method: 'mutation', params: params('rooms.join') });
  await raw.frames.until((frame) => JSON.stringify(frame).startsWith('{"id":1,'));
  raw.send({ id: 2, method: 'subscription', params: params('rooms.watch') });
  await raw.frames.until((frame) => JSON.stringify(frame).includes('"snapshot"'));
  return { ...raw, changes: () => texts.filter((text) => text.includes('"message.')) };
}

describe('with WS_COMPRESSION', () => {
  test('a client with compression gets the same events in fewer bytes, and shares frames with other such clients', async () => {
    await using earshot = await startEmbedded({ env });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    using compressed = await openWatch(earshot.a, room.id, true);
    using plain = await openWatch(earshot.a, room.id, false);
    expect([compressed.ws.extensions, plain.ws.extensions]).toEqual(['permessage-deflate', '']);
    await eventually(() => earshot.a.stats().sharedWatchers === 2);

    for (const content of contents) await ada.api.messages.send.mutate({ roomId: room.id, content });
    await Promise.all(contents.map((content) => ada.api.messages.send.mutate({ roomId: room.id, content })));
    await eventually(() => compressed.changes().length === 120 && plain.changes().length === 120);
    expect(compressed.changes()).toEqual(plain.changes());
    expect(compressed.bytesRead()).toBeLessThan(plain.bytesRead() / 2);
    expect(earshot.a.stats()).toMatchObject({ watchers: 2, sharedWatchers: 2 });
    await ada.close();
  });

  test('legacy clients as well', async () => {
    await using earshot = await startEmbedded({ env });
    const place = someLocationId();
    using ann = await joinLegacy(earshot.a.url, place, 'Ann');
    using ben = await joinLegacy(earshot.a.url, place, 'Ben', { compression: false });
    expect([ann.ws.extensions, ben.ws.extensions]).toEqual(['permessage-deflate', '']);
    for (const content of contents) ann.send({ type: 'Message', content });
    const texts = (client: typeof ann) => client.of('NewMessage').map((frame) => frame.content);
    await eventually(() => texts(ann).length === contents.length && texts(ben).length === contents.length);
    expect(texts(ann)).toEqual(contents.map((content) => content.trim()));
    expect(texts(ben)).toEqual(texts(ann));
  });

  test('the frame limit applies to the decompressed length', async () => {
    await using earshot = await startEmbedded({ env });
    using raw = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
    raw.send({ id: 1, method: 'query', params: { path: 'x'.repeat(500_000) } });
    expect((await raw.closed).code).toBe(1009);
    expect(raw.bytesRead()).toBeLessThan(1_000);
  });
});

/** Messages at the frame limit that are compressed to a thousandth of their bytes. */
const bomb = `{"x":"${'x'.repeat(200_000)}"}`;

describe('messages that decompress to much more than their size on the wire', () => {
  test('close the socket with COMPRESSION_RATIO_EXCEEDED, and do not affect other clients', async () => {
    await using earshot = await startEmbedded({ env });
    using raw = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
    using other = stockClient(earshot.a.url, { username: 'Bob' });
    for (let n = 0; n < 100; n += 1) raw.send(bomb);
    expect(await raw.closed).toEqual({ code: 4413, reason: 'The compressed messages contain too much data.' });
    await expect(other.api.rooms.join.mutate({ location: somewhere() })).resolves.toBeDefined();
    await other.close();
  });

  test('close the sockets of legacy clients as well', async () => {
    await using earshot = await startEmbedded({ env });
    using raw = await openRaw(earshot.a.url, { path: `/ws/${someLocationId()}` });
    const frame = `{"x":"${'x'.repeat(15_000)}"}`;
    for (let n = 0; n < 300; n += 1) raw.send(frame);
    expect((await raw.closed).code).toBe(4413);
  });

  test('the same amount of incompressible messages is accepted, with and without compression', async () => {
    await using earshot = await startEmbedded({ env });
    const long = `{"x":"${randomBytes(150_000).toString('base64')}"}`;
    for (const compression of [true, false]) {
      using raw = await openRaw(earshot.a.url, { identity: { username: 'Ada' }, compression });
      for (let n = 0; n < 30; n += 1) raw.send(long);
      raw.send('PING');
      await raw.frames.until((frame) => frame === 'PONG');
    }
  });
});

test('without WS_COMPRESSION the server accepts no compression', async () => {
  await using earshot = await startEmbedded();
  using trpc = await openRaw(earshot.a.url, { identity: { username: 'Ada' } });
  using legacy = await joinLegacy(earshot.a.url, someLocationId(), 'Ann');
  expect([trpc.ws.extensions, legacy.ws.extensions]).toEqual(['', '']);
});

import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, inject, test } from 'vitest';
import { openLegacy } from '../../resources/legacyClient.ts';
import { monitorRedis } from '../../resources/redisMonitor.ts';
import { startPair } from '../../resources/server.ts';

/** Digits that occur in no other number. Wherever they are found, they come from the coordinates in the input. */
const place = { latitude: 48.3719264, longitude: -16.8423951 };
const digits = /37192|84239|8\.372|6\.842\d|6\.843/;

test('a legacy client’s coordinates are sent only to itself', async () => {
  const output: string[] = [];
  const log = pino(
    { level: 'trace' },
    new Writable({
      write(chunk, _encoding, done) {
        output.push(`log ${chunk}`);
        done();
      },
    }),
  );
  using redis = await monitorRedis(inject('redisUrl'), (command) => output.push(`Redis ${command}`));

  await using earshot = await startPair({ log });
  using ada = await openLegacy(earshot.a.url, 'NaN_NaN');
  using bob = await openLegacy(earshot.b.url, 'NaN_NaN');
  ada.send({ type: 'JoinLocalChat', user_id: 'ada', username: 'Ada', ...place });
  const { room_id: roomId = '' } = await ada.until('RoomJoined');
  await ada.until('MessageHistory');
  bob.send({ type: 'JoinLocalChat', user_id: 'bob', username: 'Bob', latitude: 48.3611, longitude: -16.8311 });
  expect(await bob.until('RoomJoined')).toMatchObject({ room_id: roomId });
  ada.send({ type: 'LocationUpdate', user_id: 'ada', ...place });
  ada.send({ type: 'JoinLocalChat', user_id: 'ada', username: 'Ada', ...place, latitude: place.latitude + 90 });
  await ada.until('Error');
  ada.send({ type: 'Message', content: 'where am I?' });
  await bob.until('NewMessage');
  await redis.quiet();

  output.push(...bob.frames.all.map((frame) => `Bob ${JSON.stringify(frame)}`));
  output.push(...ada.of('Error').map((frame) => `Error ${JSON.stringify(frame)}`));
  for (const path of ['/metrics', '/ready', `/api/rooms/${roomId}`, `/api/messages/${roomId}`]) {
    output.push(`${path} ${await (await fetch(`${earshot.b.url}${path}`)).text()}`);
  }
  expect(output.some((line) => line.startsWith('Redis') && line.includes(roomId))).toBe(true);
  expect(output.filter((line) => digits.test(line))).toEqual([]);
  expect(JSON.stringify(ada.of('RoomJoined'))).toMatch(digits); // the search works
});

import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Writable } from 'node:stream';
import { distanceMetres, type Location, limits } from '@earshot/shared';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { cellCentre, toCellCentre } from '../../packages/server/src/cells.ts';
import { openLegacy } from '../resources/legacyClient.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { monitorRedis } from '../resources/redisMonitor.ts';
import { clusterSettings, startEmbedded, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { startRedis } from '../services/redis.ts';

/** Digits that occur in no other number. Wherever they are found, they come from the coordinates in the input. */
const place = { latitude: 48.3719264, longitude: -16.8423951 };
const digits = /37192|84239|8\.372|6\.842\d|6\.843/;

test('no exact coordinate leaves the server by any path', async () => {
  const output: [where: string, text: string][] = [];
  const note = (where: string) => (text: unknown) =>
    output.push([where, typeof text === 'string' ? text : JSON.stringify(text)]);

  const log = pino(
    { level: 'trace' },
    new Writable({
      write(chunk, _encoding, done) {
        note('log')(String(chunk));
        done();
      },
    }),
  );
  // A server of its own: a client that begins to monitor a busy server may take a command for its reply.
  await using ownRedis = await startRedis();
  using redis = await monitorRedis(ownRedis.url, note('Redis'));
  const settings = { ...clusterSettings(), REDIS_URL: ownRedis.url };
  await using earshot = await startServer({ env: settings, log });
  using socket = await openRaw(earshot.url, { identity: { username: 'Ada' } });
  const call = async (id: number, method: string, path: string, input: unknown) => {
    socket.send({ id, method, params: { path, input: { json: input } } });
    await socket.frames.until((frame) => JSON.stringify(frame).startsWith(`{"id":${id},`));
  };

  // Every procedure with a location as input or a room as output, and errors about the location.
  await call(1, 'mutation', 'rooms.join', { location: place });
  const roomId = /"id":"([0-9a-f]{24})"/.exec(JSON.stringify(socket.frames.all))?.[1] ?? '';
  expect(roomId).not.toBe('');
  await call(2, 'query', 'rooms.nearby', { location: place });
  await call(3, 'query', 'rooms.get', { roomId });
  await call(4, 'mutation', 'users.updateLocation', { location: place });
  await call(5, 'mutation', 'rooms.join', { location: { ...place, latitude: place.latitude + 90 } });
  await call(6, 'query', 'rooms.nearby', { location: place, radius: limits.searchRadiusMax + 1 });
  await call(7, 'query', 'rooms.nearby', {
    location: { latitude: String(place.latitude), longitude: place.longitude },
  });
  await call(8, 'subscription', 'rooms.watch', { roomId });
  await socket.frames.until((frame) => JSON.stringify(frame).includes('"snapshot"'));
  await socket.frames.until((frame) => JSON.stringify(frame).includes('"snapshot"'));
  await call(9, 'mutation', 'messages.send', { roomId, content: 'where am I?' });
  await socket.frames.until((frame) => JSON.stringify(frame).includes('message.created'));
  await call(10, 'query', 'presence.list', { roomId });
  await call(11, 'query', 'rooms.nearbyPage', { location: place });
  await call(12, 'query', 'places.search', { text: 'La', location: place });
  await call(13, 'mutation', 'rooms.describe', { roomId, title: 'Club' });
  await call(14, 'subscription', 'rooms.watchNearby', { location: place });
  await socket.frames.until((frame) => /^{"id":14,.*"rooms"/.test(JSON.stringify(frame)));
  await call(15, 'subscription', 'places.watch', { location: place });
  await socket.frames.until((frame) => /^{"id":15,.*"ready"/.test(JSON.stringify(frame)));
  using bob = stockClient(earshot.url, { username: 'Bob' });
  await bob.api.rooms.join.mutate({ location: place });
  for (const frame of socket.frames.all) note('answer')(frame);

  const badBody = await fetch(`${earshot.url}/trpc/rooms.join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"json":{"location":{"latitude":${place.latitude},"longitude":`,
  });
  note('HTTP error')(await badBody.text());
  note('metrics')(await (await fetch(`${earshot.url}/metrics`)).text());
  note('health')(await (await fetch(`${earshot.url}/ready`)).text());
  await redis.quiet();

  expect(new Set(output.map(([where]) => where))).toContain('Redis');
  expect(output.filter(([, text]) => digits.test(text))).toEqual([]);
  expect(await storedRooms(settings)).not.toMatch(digits);
});

async function storedRooms({ MONGODB_URI = '', MONGODB_DB = '' }: Record<string, string>): Promise<string> {
  await using client = new MongoClient(MONGODB_URI);
  return JSON.stringify(await client.db(MONGODB_DB).collection('rooms').find().toArray());
}

test('distances do not reveal the location, regardless of the number of queries', async () => {
  await using earshot = await startServer({ env: clusterSettings() });
  using ada = stockClient(earshot.url, { username: 'Ada' });
  using unidentified = stockClient(earshot.url, {});
  const { room } = await ada.api.rooms.join.mutate({ location: place });
  const published = room.place ?? place;
  expect(distanceMetres(published, place)).toBeGreaterThan(20); // otherwise this test could not distinguish them

  for (const bearing of [0, 1, 2, 3]) {
    const from = {
      latitude: place.latitude + 0.01 * Math.cos(bearing * 1.6),
      longitude: place.longitude + 0.01 * Math.sin(bearing * 1.6),
    };
    const isFoundWithin = async (radius: number) =>
      (await unidentified.api.rooms.nearby.query({ location: from, radius })).some(({ id }) => id === room.id);
    let [near, far] = [0, 5_000];
    while (far - near > 0.5) {
      const middle = (near + far) / 2;
      if (await isFoundWithin(middle)) far = middle;
      else near = middle;
    }
    // The result is the distance between two centres of map cells, which is public.
    expect(Math.abs(far - distanceMetres(toCellCentre(from), published))).toBeLessThan(1);
  }
});

test.each(['rooms.join', 'JoinLocalChat'])('joins by %s do not reveal the location either', async (wire) => {
  await using earshot = await startEmbedded();
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: place });
  // From the exact point and from other points of its cell, with radii far below the size of a cell, the answer is the same.
  const inCell = [0, 0.0003, 0.0009, -0.0004].map((step) => ({ ...place, latitude: place.latitude + step }));
  for (const location of inCell) {
    expect(toCellCentre(location)).toEqual(toCellCentre(place));
    for (const radius of [0.001, 1, 50]) {
      expect(await joinOn(wire, earshot.a.url, { location, radius })).toEqual({ roomId: room.id, isNew: false });
    }
  }
  // From another cell the edge is the distance between the two centres, to the metre.
  const location = { ...place, latitude: place.latitude + 0.02 };
  const metres = distanceMetres(toCellCentre(location), toCellCentre(place));
  expect(await joinOn(wire, earshot.a.url, { location, radius: metres + 0.5 })).toEqual({
    roomId: room.id,
    isNew: false,
  });
  expect(await joinOn(wire, earshot.a.url, { location, radius: metres - 0.5 })).toMatchObject({ isNew: true });
});

async function joinOn(wire: string, url: string, { location, radius }: { location: Location; radius: number }) {
  if (wire === 'rooms.join') {
    using bob = stockClient(url, { username: 'Bob' });
    const { room, isNew } = await bob.api.rooms.join.mutate({ location, searchRadius: radius });
    return { roomId: room.id, isNew };
  }
  using bob = await openLegacy(url, 'NaN_NaN');
  bob.send({ type: 'JoinLocalChat', user_id: 'bob', username: 'Bob', ...location, search_radius: radius });
  const { room_id: roomId, is_new_room: isNew } = await bob.until('RoomJoined');
  return { roomId, isNew };
}

test.each(['embedded', 'cluster'])('%s: only the map cell of a user is stored', async (kind) => {
  const folder = await mkdtempDisposable(join(tmpdir(), 'earshot-privacy-'));
  await using _folder = folder;
  const env: Record<string, string> = kind === 'embedded' ? { DATA_DIR: folder.path } : clusterSettings();
  await using earshot = await startServer({ env });
  using ada = stockClient(earshot.url, { username: 'Ada', userId: 'ada' });
  await ada.api.users.updateLocation.mutate({ location: place });
  using bob = await openLegacy(earshot.url, 'somewhere');
  bob.send({ type: 'Join', user_id: 'bob', username: 'Bob' });
  await bob.until('MessageHistory');
  bob.send({ type: 'LocationUpdate', user_id: 'bob', ...place });
  const { latitude, longitude } = toCellCentre(place);
  const stored = expect.arrayContaining([
    ['ada', latitude, longitude],
    ['bob', latitude, longitude],
  ]);
  await vi.waitFor(async () => expect(await storedPositions(env)).toEqual(stored));
});

async function storedPositions({ DATA_DIR, MONGODB_URI = '', MONGODB_DB = '' }: Record<string, string>) {
  if (DATA_DIR !== undefined) {
    using file = new DatabaseSync(join(DATA_DIR, 'earshot.db'), { readOnly: true });
    const rows = file.prepare('SELECT id, cell FROM users').all();
    return rows.map(({ id, cell }) => [id, ...Object.values(cellCentre(String(cell)))]);
  }
  await using client = await MongoClient.connect(MONGODB_URI);
  const users = await client.db(MONGODB_DB).collection('users').find().toArray();
  return users.map(({ _id, current_location }) => [_id, ...current_location.coordinates.toReversed()]);
}

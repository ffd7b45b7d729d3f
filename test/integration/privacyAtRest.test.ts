import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { toCellCentre } from '../../packages/server/src/cells.ts';
import { openLegacy } from '../resources/legacyClient.ts';
import { watchNearby } from '../resources/nearbyLists.ts';
import { watchPlace } from '../resources/neighbourhood.ts';
import { clusterSettings, startEmbedded, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

/** Digits that occur in no other number. Wherever they are found, they come from the coordinates in the input. */
const place = { latitude: 48.3719264, longitude: -16.8423951 };
const digits = /37192|84239/;

/** Sends the location in every call that has one, over both wires. */
async function sendEverywhere(url: string): Promise<void> {
  using ada = stockClient(url, { username: 'Ada', userId: 'ada' });
  await ada.api.rooms.join.mutate({ location: place, searchRadius: 0 });
  await ada.api.rooms.nearby.query({ location: place });
  await ada.api.rooms.nearbyPage.query({ location: place });
  await ada.api.places.search.query({ text: 'Berlin', location: place });
  using list = watchNearby(ada.api, { location: place });
  await list.untilAll((all) => all.length > 0);
  using around = watchPlace(ada.api, { location: place });
  await around.first('ready');
  await ada.api.users.updateLocation.mutate({ location: place });
  using bob = await openLegacy(url, 'NaN_NaN');
  bob.send({ type: 'JoinLocalChat', user_id: 'bob', username: 'Bob', ...place, search_radius: 0 });
  await bob.until('MessageHistory');
  bob.send({ type: 'LocationUpdate', user_id: 'bob', ...place });
  bob.send({ type: 'Message', content: 'after the update' });
  await bob.until('NewMessage');
}

/** The forms in which SQLite may store a number. */
function bytesOf(value: number): (string | Buffer)[] {
  const [double, single] = [Buffer.alloc(8), Buffer.alloc(4)];
  double.writeDoubleBE(value);
  single.writeFloatBE(value);
  return [double, single, String(value)];
}

describe('after calls with exact coordinates', () => {
  test('no file of the embedded store holds them, while it runs and after it stopped', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'earshot-privacy-'));
    const read = async () => Promise.all((await readdir(folder.path)).map((name) => readFile(join(folder.path, name))));
    const needles = [place.latitude, place.longitude].flatMap(bytesOf);
    const isFound = async () => (await read()).some((bytes) => needles.some((needle) => bytes.includes(needle)));
    {
      await using earshot = await startServer({ env: { DATA_DIR: folder.path } });
      await sendEverywhere(earshot.url);
      expect((await read()).some((bytes) => bytes.includes('after the update'))).toBe(true);
      expect(await isFound()).toBe(false);
    }
    expect(await isFound()).toBe(false);
  });

  test('no collection of MongoDB holds them', async () => {
    const env = clusterSettings();
    await using earshot = await startServer({ env });
    await sendEverywhere(earshot.url);
    await using client = await MongoClient.connect(env.MONGODB_URI ?? '');
    const db = client.db(env.MONGODB_DB);
    const names = (await db.listCollections().toArray()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['rooms', 'users', 'cells', 'members', 'messages']));
    for (const name of names) {
      expect(JSON.stringify(await db.collection(name).find().toArray())).not.toMatch(digits);
    }
  });
});

test('2,000 searches, and joins of what they find, do not distinguish two points of one cell', async () => {
  const other = { latitude: place.latitude + 0.0009, longitude: place.longitude + 0.0003 };
  expect(toCellCentre(other)).toEqual(toCellCentre(place));
  expect(await probe(place)).toEqual(await probe(other));
}, 60_000);

/** Searches sent together. One after the other, they would mostly wait for each other. */
const together = 20;

/** Asks for a room that was created at that location, always in the same way. Returns what the answers reveal about it. */
async function probe(location: typeof place): Promise<unknown[]> {
  await using earshot = await startEmbedded({ env: { CALL_RATE: '0' } });
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  using eve = stockClient(earshot.a.url, { username: 'Eve' });
  const { room } = await ada.api.rooms.join.mutate({ location });
  const answers: unknown[] = [room.name, room.place];
  for (let first = 0; first < 2_000; first += together) {
    const searches = Array.from({ length: together }, (_, nth) => searchFrom(first + nth));
    const found = await Promise.all(searches.map((search) => eve.api.rooms.nearby.query(search)));
    answers.push(...found.map((rooms) => rooms.map((one) => [one.id === room.id, one.distance, one.place])));
    // Where a join would create a room, which the limit on new rooms allows a few times only, the adversary learns nothing else.
    const joinable = searches.filter((_, nth) => found[nth]?.length !== 0);
    const joins = joinable.map(({ location, radius }) => eve.api.rooms.join.mutate({ location, searchRadius: radius }));
    for (const joined of await Promise.all(joins)) {
      answers.push([joined.room.id === room.id, joined.isNew, joined.room.place]);
    }
  }
  return answers;
}

/** The nth search: from all directions and distances, with changing radii. */
function searchFrom(n: number) {
  const [angle, degrees] = [n * 2.4, (0.02 * ((n * 7) % 1_000)) / 1_000];
  const location = {
    latitude: place.latitude + degrees * Math.cos(angle),
    longitude: place.longitude + degrees * Math.sin(angle),
  };
  return { location, radius: 0.001 + ((n * 37) % 3_000) };
}

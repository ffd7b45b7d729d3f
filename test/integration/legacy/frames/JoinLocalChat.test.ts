import { describe, expect, test } from 'vitest';
import { testFrameRefusals } from '../../../resources/frameTests.ts';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { north, somewhere } from '../../../resources/places.ts';
import { deployments, startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

const joinAt = (place: { latitude: number; longitude: number }, name: string) => ({
  type: 'JoinLocalChat',
  data: { user_id: name.toLowerCase(), username: name, token: 'any', ...place },
});

describe.each(deployments)('JoinLocalChat, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test('1 km apart they share a room, 50 km apart they do not, and a radius of 0 finds none', async () => {
      const here = somewhere();
      const join = async (metres: number, extra: object = {}) => {
        const client = await openLegacy(earshot.b.url, 'NaN_NaN');
        client.send(joinAt({ ...north(here, metres), ...extra }, `At ${metres}`));
        const joined = await client.until('RoomJoined');
        await client.until('MessageHistory');
        client.ws.close();
        return joined;
      };
      const first = await join(0);
      expect(first).toMatchObject({ is_new_room: true, user_count: 1 });
      expect(first.data).toMatchObject({ location: { type: 'Point', coordinates: [here.longitude, here.latitude] } });
      const near = await join(1_000);
      const far = await join(50_000);
      const withoutRadius = await join(0, { search_radius: 0 });
      const negative = await join(0, { search_radius: -5 });
      expect(near).toMatchObject({ is_new_room: false, room_id: first.room_id });
      for (const other of [far, withoutRadius, negative]) expect(other.is_new_room).toBe(true);
      expect(new Set([first, far, withoutRadius, negative].map(({ room_id }) => room_id)).size).toBe(4);
    });

    test('joining another room leaves the previous one', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.b.url, at, 'Bob');
      await ada.until('UserJoined');
      bob.send(joinAt(somewhere(), 'Bob'));
      const joined = await bob.until(
        'RoomJoined',
        ({ is_new_room, room_id }) => is_new_room === true && room_id !== at,
      );
      await ada.until('UserLeft', ({ user_id }) => user_id === 'bob', 2_000);
      bob.send({ type: 'Message', content: 'elsewhere' });
      expect(await bob.until('NewMessage')).toMatchObject({ room_id: joined.room_id });
      expect(ada.of('NewMessage')).toEqual([]);
      // Another user on the same socket leaves the room.
      ada.send({ type: 'Auth', user_id: 'eve', username: 'Eve' });
      await ada.until('UserJoined', ({ user_id }) => user_id === 'eve');
      ada.send({ type: 'Message', content: 'as Eve' });
      expect(await ada.until('Error')).toMatchObject({ code: 'NOT_A_MEMBER' });
    });
  });

  describe('access', () => {
    test('any user may join, by their own claim', async () => {
      const here = somewhere();
      for (const name of ['Ada', 'Bob']) {
        using client = await openLegacy(earshot.a.url, 'NaN_NaN');
        client.send(joinAt(here, name));
        await client.until('MessageHistory');
        client.send({ type: 'Message', content: 'hello' });
        expect(await client.until('NewMessage')).toMatchObject({ user_id: name.toLowerCase(), username: name });
      }
    });
  });

  describe('refuses', () => {
    test('a rejected join leaves the socket in its previous room', async () => {
      await using earshot = await start({ env: { ROOM_CAPACITY: '2' } });
      const here = somewhere();
      const at = someLocationId();
      using full = await openLegacy(earshot.a.url, 'NaN_NaN');
      using fuller = await openLegacy(earshot.b.url, 'NaN_NaN');
      for (const [client, name] of [[full, 'One'] as const, [fuller, 'Two'] as const]) {
        client.send(joinAt(here, name));
        await client.until('MessageHistory');
      }
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.b.url, at, 'Bob');
      ada.send(joinAt(here, 'Ada'));
      expect(await ada.until('Error')).toMatchObject({ code: 'ROOM_FULL' });
      ada.send({ type: 'Message', content: 'still here' });
      expect(await bob.until('NewMessage')).toMatchObject({ room_id: at, content: 'still here' });
      bob.send({ type: 'Message', content: 'so I hear' });
      await ada.until('NewMessage', ({ content }) => content === 'so I hear');
      expect(bob.of('UserLeft')).toEqual([]);
    });
  });
});

describe('JoinLocalChat refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testFrameRefusals(earshot, 'new', [
    [{ type: 'JoinLocalChat', username: 'Ada', latitude: 1, longitude: 2 }, 'INVALID_INPUT', 'user_id'],
    [{ type: 'JoinLocalChat', user_id: 'ada', latitude: 1, longitude: 2 }, 'INVALID_INPUT', 'username'],
    [{ type: 'JoinLocalChat', user_id: 7, username: 'Ada', latitude: 1, longitude: 2 }, 'INVALID_INPUT', 'user_id'],
    [{ type: 'JoinLocalChat', user_id: 'ada', username: ' ', latitude: 1, longitude: 2 }, 'INVALID_INPUT', 'username'],
    [
      { type: 'JoinLocalChat', user_id: 'ada', username: 'Ada', token: 7, latitude: 1, longitude: 2 },
      'INVALID_INPUT',
      'token',
    ],
    [{ ...joinAt({ latitude: 91, longitude: 0 }, 'Ada') }, 'INVALID_INPUT', 'latitude'],
    [{ ...joinAt({ latitude: 0, longitude: -181 }, 'Ada') }, 'INVALID_INPUT', 'longitude'],
    [{ type: 'JoinLocalChat', user_id: 'ada', username: 'Ada', latitude: 1 }, 'INVALID_INPUT', 'longitude'],
    [{ ...joinAt({ latitude: 1, longitude: 2 }, 'Ada'), search_radius: 'far' }, 'INVALID_INPUT', 'search_radius'],
  ]);
});

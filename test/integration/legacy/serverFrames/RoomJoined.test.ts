import { describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { somewhere } from '../../../resources/places.ts';
import { startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe('RoomJoined', () => {
  const earshot = sharedDeployment(startEmbedded);

  describe('sent', () => {
    test.each(['Join', 'JoinLocalChat'])('answers %s, before the history', async (type) => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type, user_id: 'ada', username: 'Ada', ...somewhere() });
      await ada.until('MessageHistory');
      expect(ada.frames.all).toMatchObject([{ type: 'RoomJoined' }, { type: 'MessageHistory' }]);
    });

    test('answers a repeated join again', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      ada.send({ type: 'Join', user_id: 'ada', username: 'Ada' });
      expect(await ada.until('RoomJoined', (frame) => frame.is_new_room === false)).toMatchObject({ room_id: at });
    });
  });

  describe('recipients', () => {
    test('only who joins gets it: others get UserJoined', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using _bob = await joinLegacy(earshot.a.url, at, 'Bob');
      await ada.until('UserJoined');
      expect(ada.of('RoomJoined')).toHaveLength(1);
    });

    test('a room whose name is not a location has none', async () => {
      using ada = await joinLegacy(earshot.a.url, `lobby ${someLocationId()}`, 'Ada');
      expect(ada.frames.all).toMatchObject([{ type: 'MessageHistory' }]);
    });

    test('a rejected join has none', async () => {
      using ada = await openLegacy(earshot.a.url, someLocationId());
      ada.send({ type: 'JoinLocalChat', user_id: 'ada', username: 'Ada', latitude: 91, longitude: 0 });
      await ada.until('Error');
      expect(ada.of('RoomJoined')).toEqual([]);
    });
  });

  describe('shape', () => {
    test('has the room, the number of its users, and the location that the client sent', async () => {
      const fields = (latitude: number, isNew: boolean, users: number) => ({
        room_id: expect.any(String),
        room_name: expect.stringMatching(/41\.12, 2\.99$/), // of the centre of the map cell
        is_new_room: isNew,
        user_count: users,
        location: { type: 'Point', coordinates: [2.9876543, latitude] },
      });
      const sockets = [41.1299, 41.1271].map((latitude, index) => ({ latitude, name: `User ${index}`, index }));
      const rooms = new Set<unknown>();
      using stack = new DisposableStack();
      for (const { latitude, name, index } of sockets) {
        const user = stack.use(await openLegacy(earshot.a.url, 'NaN_NaN'));
        user.send({ type: 'JoinLocalChat', user_id: name, username: name, latitude, longitude: 2.9876543 });
        const { type, data, ...flat } = await user.until('RoomJoined');
        expect(data).toEqual(fields(latitude, index === 0, index + 1));
        expect(flat).toEqual(data);
        rooms.add(flat.room_id);
        await user.until('MessageHistory');
      }
      expect(rooms.size).toBe(1);
    });
  });
});
